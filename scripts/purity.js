// Finds what dependency rules cannot see: globals by which a pure room would reach the world outside.
// Takes a file's path and text, gives findings {file, line, rule, message}; nothing is run or resolved.
// Assumes that a name declared anywhere in the file is the file's own (a parameter called `process` is no finding).
import ts from 'typescript';

const forbiddenGlobals = new Map([
  ['console', 'writes to the terminal'],
  ['process', 'reads the environment'],
  ['fetch', 'uses the network'],
  ['WebSocket', 'uses the network'],
  ['performance', 'reads the clock'],
  ['setTimeout', 'uses the clock'],
  ['setInterval', 'uses the clock'],
  ['setImmediate', 'uses the clock'],
  ['crypto', 'makes random values'],
  ['require', 'loads code unseen by the dependency rules'],
  ['globalThis', 'reaches every global'],
  ['global', 'reaches every global'],
  ['__dirname', 'depends on where it is installed'],
  ['__filename', 'depends on where it is installed'],
]);

const forbiddenMembers = new Map([
  ['Date.now', 'reads the clock'],
  ['Math.random', 'is random'],
]);

const localeMethods = new Set([
  'localeCompare',
  'toLocaleString',
  'toLocaleDateString',
  'toLocaleTimeString',
]);

/** Findings in one source text of a pure room. */
export function impurities(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const own = declaredNames(source);
  const findings = [];
  const report = (node, message) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    findings.push({ file, line: line + 1, rule: 'pure-room', message });
  };
  const visit = (node) => {
    const message = impurity(node, own);
    if (message !== undefined) report(node, message);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return findings;
}

function impurity(node, own) {
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return undefined;
  if (ts.isIdentifier(node)) return impureGlobal(node, own);
  if (ts.isPropertyAccessExpression(node)) return impureMember(node, own);
  if (isClockDate(node)) return 'new Date() reads the clock; take the time as an argument';
  if (ts.isImportSpecifier(node)) return impureCryptoImport(node);
  if (isWholeCryptoImport(node))
    return 'import createHash from node:crypto by name: the rest of it is random';
  return undefined;
}

function impureGlobal(node, own) {
  const why = forbiddenGlobals.get(node.text);
  if (why === undefined || own.has(node.text) || !isReference(node)) return undefined;
  return `${node.text} ${why}; a pure room takes what it needs as an argument`;
}

function impureMember(node, own) {
  const method = node.name.text;
  if (localeMethods.has(method)) return `${method} depends on the machine's locale; compare with < and >`;
  if (!ts.isIdentifier(node.expression) || own.has(node.expression.text)) return undefined;
  const member = `${node.expression.text}.${method}`;
  const why = forbiddenMembers.get(member);
  return why === undefined ? undefined : `${member} ${why}; a pure room takes what it needs as an argument`;
}

function isClockDate(node) {
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date'))
    return (node.arguments ?? []).length === 0;
  return ts.isCallExpression(node) && isNamed(node.expression, 'Date');
}

function impureCryptoImport(node) {
  if (!isCrypto(node.parent.parent.parent.moduleSpecifier)) return undefined;
  const name = (node.propertyName ?? node.name).text;
  return name === 'createHash' ? undefined : `${name} of node:crypto: a pure room may import createHash only`;
}

function isWholeCryptoImport(node) {
  if (!ts.isImportDeclaration(node) || !isCrypto(node.moduleSpecifier)) return false;
  const clause = node.importClause;
  return clause?.name !== undefined || (clause?.namedBindings && ts.isNamespaceImport(clause.namedBindings));
}

const isCrypto = (specifier) => ts.isStringLiteral(specifier) && /^(node:)?crypto$/.test(specifier.text);
const isNamed = (node, name) => ts.isIdentifier(node) && node.text === name;

/** Whether an identifier stands for a value, rather than naming a member, a property or a type. */
function isReference(node) {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent) || ts.isEnumMember(parent)) return parent.initializer === node;
  if (ts.isTypeNode(parent) || ts.isQualifiedName(parent)) return false;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isBindingElement(parent))
    return false;
  if (ts.isLabeledStatement(parent) || ts.isMetaProperty(parent)) return false;
  return !(ts.isPropertySignature(parent) || ts.isMethodSignature(parent) || ts.isMethodDeclaration(parent));
}

function declaredNames(source) {
  const names = new Set();
  const visit = (node) => {
    if (isDeclaration(node) && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

function isDeclaration(node) {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isImportSpecifier(node) ||
    ts.isNamespaceImport(node) ||
    ts.isImportClause(node)
  );
}
