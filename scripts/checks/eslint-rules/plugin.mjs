import { docSentence } from './doc-sentence.mjs';
import { exactMoney } from './exact-money.mjs';
import { functionSize } from './function-size.mjs';
import { names } from './names.mjs';
import { uniqueTitles } from './unique-titles.mjs';

/** The rules of this house that no published plugin has. */
export const house = {
  meta: { name: 'house' },
  rules: {
    'doc-sentence': docSentence,
    'exact-money': exactMoney,
    'function-size': functionSize,
    names,
    'unique-titles': uniqueTitles,
  },
};
