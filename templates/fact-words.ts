/** Facts by their names in the records, as people say them. */
const words: Readonly<Record<string, string>> = {
  stage: 'where the deal stands',
  policy: 'rules it falls under',
  error_clause: 'clause for errors in the agreement',
  mark: 'value today, as a multiple of cost',
  mark_on: 'date of that value',
  mark_source: 'who set that value',
  mark_accepted: 'value accepted by legal',
  residual_commitment: 'whether a request still binds for what was not allocated',
  tax_filed: 'whether tax papers are filed',
  agreement_on: 'date of the agreement',
  closed_on: 'date of the closing',
  first_sale_on: 'date of the first sale',
  discovered_on: 'date of discovery',
  offered_on: 'date of the offer',
  distributed_on: 'date of the distribution',
  return_filed_on: 'date the tax return was filed',
  tax_due: 'date the tax papers were due',
  known_on: 'date it was first known',
  opened_on: 'date of the opening',
  concluded_on: 'date it was concluded what it is',
  finra_member: 'whether the firm is a member of FINRA',
};

/** The name of a fact in words; one that is not ours keeps its own, without underscores. */
export const factName = (name: string): string => words[name] ?? name.replaceAll('_', ' ');

/** A sentence in which facts stand by their names in the records, with their words instead. */
export function inWords(text: string): string {
  return text.replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (name) =>
    factName(name).replace(/^date /, 'the $&'),
  );
}
