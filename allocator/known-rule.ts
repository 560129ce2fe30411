import { ruleById, ruleCatalogue } from '../domain/rule-catalogue';
import type { Rule } from '../domain/rules/rule';
import { rejected } from './service-error';

/** The rule of this id. @throws INPUT_INVALID (rejected) listing the ids there are. */
export function knownRule(id: string): Rule {
  const rule = ruleById(id);
  if (rule) return rule;
  const ids = ruleCatalogue.map((known) => known.id).join(', ');
  throw rejected('rule', `expected one of ${ids}; found ${JSON.stringify(id)}`);
}
