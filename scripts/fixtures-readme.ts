type Listed = { deal: string; currency: string; people: number; ruleVersion: string };

/** What stands in the folder of fixtures, and how to run it. */
export function fixturesReadme(incident: string, deals: readonly Listed[]): string {
  const rows = deals.map(({ deal, currency, people, ruleVersion }) => {
    return `| ${deal} | ${currency} | ${String(people)} | ${inCell(ruleVersion)} |`;
  });
  return `# The deals of ${incident}, to be divided again

Every deal that was divided wrongly, with what was recorded and what is right. People are called
P0001, P0002, …: other names than theirs, in the same order by Unicode code point, since ties
between equal parts go to the smaller id. Rows stand in the order of the import.

Per deal, on two bases: \`asRecorded\`, with the averages that were recorded, and
\`asShouldHaveBeen\`, with the averages that follow once every earlier deal is put right.

- \`BASIS.input.json\`: allocation, requests and averages, as \`./makewhole allocate\` takes them
- \`BASIS.expected.json\`: the right shares
- \`BASIS.certificate.json\`: the same with the certificate by which anybody can check them
- \`recorded.json\`: what was really given out

A rule is right when it gives what is expected, to the unit:

    for input in deal-*/*.input.json; do
      ./makewhole allocate "$input" | diff - "\${input%.input.json}.expected.json" || echo "$input"
    done

Put another allocator in the place of \`./makewhole allocate\` to test it. To see a known fault at
work, compare \`./makewhole allocate --rule drifting-weights deal-0001/asRecorded.input.json\` with
\`deal-0001/recorded.json\`; \`./makewhole diagnose\` names the rule that explains each version.

| deal | currency | people | divided by |
| ---- | -------- | ------ | ---------- |
${rows.join('\n')}
`;
}

/** The platform's own label: a bar in it would end the cell. */
const inCell = (text: string) => text.replaceAll('|', '\\|');
