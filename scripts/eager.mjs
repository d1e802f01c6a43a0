import ts from 'typescript';

/**
 * Puts the functions in which a bundle holds its modules into parentheses. Each is called as soon as its file is there,
 * and by the parentheses V8 sees that: it would read the whole text twice otherwise, first to find where the function ends.
 */
export function eager(text) {
  const source = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.ESNext);
  const edits = wrappersIn(source).flatMap((wrapper) => {
    const [start, end] = [wrapper.getStart(source), wrapper.end];
    // Node.js 20 looks at the parentheses of a `function` alone.
    const head = wrapper.parameters.map((parameter) => parameter.getText(source)).join(',');
    const asynchronous = wrapper.modifiers === undefined ? '' : 'async ';
    return [
      { start, end: wrapper.body.getStart(source), text: `(${asynchronous}function(${head})` },
      { start: end, end, text: ')' },
    ];
  });
  let [done, at] = ['', 0];
  for (const edit of edits) {
    done += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return done + text.slice(at);
}

/** The functions of modules: those in the first object of numbered functions. */
export function wrappersIn(source) {
  const variables = source.statements
    .filter(ts.isVariableStatement)
    .flatMap((one) => [...one.declarationList.declarations]);
  const table = variables.map(({ initializer }) => initializer).find((value) => value !== undefined && isTable(value));
  const values = table?.properties.map(({ initializer }) => initializer) ?? [];
  return values.filter((value) => ts.isArrowFunction(value) && ts.isBlock(value.body));
}

function isTable(value) {
  return (
    ts.isObjectLiteralExpression(value) &&
    value.properties.length > 0 &&
    value.properties.every((one) => ts.isPropertyAssignment(one) && ts.isNumericLiteral(one.name))
  );
}
