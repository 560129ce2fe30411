const linesMax = 70;

/** Functions stop at 70 lines; a `describe` block is a heading, not a function. */
export const functionSize = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      long: 'A function stops at {{linesMax}} lines, this one has {{lines}}: split it by idea.',
    },
  },
  create(context) {
    const measure = (node) => {
      const caller = node.parent.type === 'CallExpression' ? node.parent.callee : undefined;
      if (/^describe\b/.test(caller ? context.sourceCode.getText(caller) : '')) return;
      const lines = node.loc.end.line - node.loc.start.line + 1;
      if (lines <= linesMax) return;
      context.report({
        loc: { start: node.loc.start, end: node.loc.start },
        messageId: 'long',
        data: { linesMax, lines },
      });
    };
    return {
      FunctionDeclaration: measure,
      FunctionExpression: measure,
      ArrowFunctionExpression: measure,
    };
  },
};
