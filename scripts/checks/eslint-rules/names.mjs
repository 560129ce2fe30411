import { basename } from 'node:path';

const emptyWords = new Set(['data', 'info', 'util', 'utils', 'helper', 'helpers', 'manager']);
for (const word of ['process', 'processor', 'handle', 'handler']) emptyWords.add(word);

/** Exports and files carry words of the domain; `data` or `manager` would fit anything. */
export const names = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      empty: '`{{word}}` in `{{name}}` says nothing: name what it is or what it does.',
      file: 'Files are kebab-case after their one main export, this one is `{{name}}`.',
    },
  },
  create(context) {
    const checkName = (node, name) => {
      const word = wordsOf(name).find((each) => emptyWords.has(each));
      if (word) context.report({ node, messageId: 'empty', data: { word, name } });
    };
    return {
      Program(node) {
        const name = basename(context.filename).replace(/^\.|\.[a-z]+$/g, '');
        const at = { node, loc: { line: 1, column: 0 } };
        if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.config)?$/.test(name)) {
          context.report({ ...at, messageId: 'file', data: { name } });
        }
        const word = wordsOf(name).find((each) => emptyWords.has(each));
        if (word) context.report({ ...at, messageId: 'empty', data: { word, name } });
      },
      ExportNamedDeclaration(node) {
        for (const id of exportedIds(node)) checkName(id, id.name ?? id.value);
      },
    };
  },
};

/** `openIncidentInfo`, `open-incident-info` and `OPEN_INFO` all hold the word `info`. */
function wordsOf(name) {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[-_.]/g, ' ');
  return spaced.toLowerCase().split(' ');
}

function exportedIds(node) {
  const { declaration, specifiers } = node;
  if (!declaration) return specifiers.map((specifier) => specifier.exported);
  if (declaration.type !== 'VariableDeclaration') return declaration.id ? [declaration.id] : [];
  return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id] : []));
}
