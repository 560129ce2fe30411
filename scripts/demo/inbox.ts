type Listed = { text?: string; to?: { address?: string }[] };

/** The texts of all mails in the local inbox that went to an address. */
export async function mailsTo(inboxUrl: string, address: string): Promise<string[]> {
  const answer = await fetch(new URL('/api/email', inboxUrl), {
    signal: AbortSignal.timeout(10_000),
  });
  const listed = (await answer.json()) as Listed[] | { emails?: Listed[] };
  const mails = Array.isArray(listed) ? listed : (listed.emails ?? []);
  return mails
    .filter(({ to = [] }) => to.some((each) => each.address === address))
    .map(({ text = '' }) => text);
}
