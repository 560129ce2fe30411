import { withoutDatedLines } from './case-sections';

const front = 'First page';

/** The sections in which two versions of a report in Markdown differ, by their titles, in order. */
export function changedSections(before: string, now: string): string[] {
  const [was, is] = [sectionsOf(before), sectionsOf(now)];
  const titles = new Set([...is.keys(), ...was.keys()]);
  return [...titles].filter((title) => was.get(title) !== is.get(title));
}

function sectionsOf(markdown: string): Map<string, string> {
  const [first = '', ...others] = withoutDatedLines(markdown).split(/^## /m);
  const titled = others.map((section) => {
    const [title = ''] = section.split('\n');
    return [title, section] as const;
  });
  return new Map([[front, first], ...titled]);
}
