import ts from 'typescript';

/**
 * Puts the functions in which a bundle holds its modules into parentheses. Each is called as soon as its file is there,
 * and by the parentheses V8 sees that: it would read the whole text twice otherwise, first to find where the function ends.
 */
export function eager(text) {
  const source = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.ESNext);
  const edits = wrappersIn(source).flatMap((wrapper) => {
    const [start, end] = [wrapper.getStart(source), wrapper.end];
    const opening = ts.isArrowFunction(wrapper)
      ? { start, end: wrapper.body.getStart(source), text: `(${headOf(wrapper, source)}` }
      : { start, end: start, text: '(' };
    return [opening, { start: end, end, text: ')' }];
  });
  let [done, at] = ['', 0];
  for (const edit of edits) {
    done += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return done + text.slice(at);
}

/** The head of an arrow function as that of a `function`: of those alone Node.js 20 looks at the parentheses. */
function headOf({ modifiers, parameters }, source) {
  const names = parameters.map((parameter) => parameter.getText(source)).join(',');
  return `${modifiers === undefined ? '' : 'async '}function(${names})`;
}

/** The functions of modules: those in objects of numbered functions. */
function wrappersIn(source) {
  const variables = source.statements.filter(ts.isVariableStatement).flatMap((one) => one.declarationList.declarations);
  const tables = variables
    .map(({ initializer }) => initializer)
    .filter((value) => value !== undefined && isTable(value));
  return tables.flatMap(({ properties }) => properties.map(({ initializer }) => initializer));
}

function isTable(value) {
  return (
    ts.isObjectLiteralExpression(value) &&
    value.properties.every(
      (one) => ts.isPropertyAssignment(one) && ts.isNumericLiteral(one.name) && isWrapper(one.initializer),
    )
  );
}

function isWrapper(value) {
  return ts.isFunctionExpression(value) || (ts.isArrowFunction(value) && ts.isBlock(value.body));
}
