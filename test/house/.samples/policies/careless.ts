const later = async (given = 0): Promise<boolean> => Promise.resolve(given > 0);

/** Does not wait for what it starts. */
// flagged below: @typescript-eslint/no-explicit-any
export async function careless(given: any): Promise<void> {
  later(); // flagged: @typescript-eslint/no-floating-promises
  [1, 2].forEach(async () => { // flagged: @typescript-eslint/no-misused-promises
    await later();
  });
  const begun = later();
  // flagged below: @typescript-eslint/no-unnecessary-condition
  if (begun) return; // flagged: @typescript-eslint/no-misused-promises
  await later(given); // flagged: @typescript-eslint/no-unsafe-argument
}
