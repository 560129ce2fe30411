const title = 'is not written out';

describe('a heading may be as long as it likes', () => {
  it('pays 1 cent to the smaller id', () => undefined);
  it('pays 2 cents to the smaller id', () => undefined);
  it('pays 1 cent to the smaller id', () => undefined); // flagged: house/unique-titles
  it(title, () => undefined); // flagged: house/unique-titles
  it.skip('rests', () => undefined); // flagged: house/unique-titles
  it.only('runs alone', () => undefined); // flagged: house/unique-titles
  xit('rests as well', () => undefined); // flagged: house/unique-titles
  it.each([1, 2])('pays %i cents by table', () => undefined);
  it.each([1, 2])('pays %i cents by table', () => undefined); // flagged: house/unique-titles
});
