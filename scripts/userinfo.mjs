// Finds the places that read `user:password@` in a URL: by a property of URL, or by an expression or a search for "@".
import ts from 'typescript';

const PROPERTIES = ['username', 'password'];
const SEARCHES = ['split', 'indexOf', 'lastIndexOf'];

/** An "@" behind something that may be a user: not one that is itself in a class, or in front of a word. */
const isReadingPattern = (literal) => /[)\]*+?C]@(?![a-z])/.test(literal.replace(/\[(?:\\.|[^\]\\])*\]/g, 'C'));

/** The places, by file, as `file:line`. */
export function readingsOfUserinfo(files) {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const isUrl = (node) => checker.getTypeAtLocation(node).symbol?.name === 'URL';
  const isReading = (node) => {
    if (ts.isRegularExpressionLiteral(node)) return isReadingPattern(node.text);
    if (ts.isPropertyAccessExpression(node)) return PROPERTIES.includes(node.name.text) && isUrl(node.expression);
    if (ts.isObjectBindingPattern(node)) {
      return (
        isUrl(node) && node.elements.some(({ name, propertyName }) => PROPERTIES.includes((propertyName ?? name).text))
      );
    }
    return (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      SEARCHES.includes(node.expression.name.text) &&
      node.arguments.some((argument) => ts.isStringLiteral(argument) && argument.text === '@')
    );
  };
  return files.flatMap((file) => {
    const source = program.getSourceFile(file);
    const lines = new Set();
    const visit = (node) => {
      if (isReading(node)) lines.add(source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1);
      ts.forEachChild(node, visit);
    };
    visit(source);
    return [...lines].map((line) => `${file}:${line}`);
  });
}
