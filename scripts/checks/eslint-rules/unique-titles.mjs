const switchedOff = /^(describe|it|test)\.(only|skip|todo|failing)\b|^(x|f)(it|test|describe)\b/;

/** A test title is a rule somebody could break, so no file states the same rule twice. */
export const uniqueTitles = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      repeated: 'This title already stands on line {{line}}: say what differs.',
      unnamed: 'A test needs a title written out here, so that a reader can find it.',
      switchedOff: 'A test runs or is deleted: `{{name}}` leaves it standing without running.',
    },
  },
  create(context) {
    const lines = new Map();
    return {
      CallExpression(node) {
        const callee = context.sourceCode.getText(node.callee);
        if (switchedOff.test(callee)) {
          context.report({ node, messageId: 'switchedOff', data: { name: callee } });
        }
        if (!/^(it|test)\b(?!\.each$)/.test(callee)) return;
        const title = titleOf(node.arguments[0]);
        if (title === undefined) {
          context.report({ node, messageId: 'unnamed' });
        } else if (lines.has(title)) {
          context.report({ node, messageId: 'repeated', data: { line: lines.get(title) } });
        } else {
          lines.set(title, node.loc.start.line);
        }
      },
    };
  },
};

function titleOf(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type !== 'TemplateLiteral') return undefined;
  return node.quasis.map((part) => part.value.raw).join('${}');
}
