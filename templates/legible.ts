/** What the built-in fonts of PDF show beyond Latin-1. */
const typographic = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
const latin1 = /^[\u0020-\u007e\u00a0-\u00ff]$/;
const spelled: Readonly<Record<string, string>> = { '−': '-', '→': '->', Ł: 'L', ł: 'l', Đ: 'D' };

/** The built-in fonts show Western European letters only; others lose their marks or become `?`. */
export function legible(text: string): string {
  const shown = Array.from(text.normalize('NFC'), (letter) => {
    if (latin1.test(letter) || typographic.includes(letter)) return letter;
    const bare = spelled[letter] ?? letter.normalize('NFD').charAt(0);
    return /^[\u0020-\u007e]+$/.test(bare) ? bare : '?';
  });
  return shown.join('');
}
