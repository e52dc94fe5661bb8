// Values by dotted path, as the platform names fields: `address.street`, `children.0.name`. Nothing is changed in place.

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

export function valueAt(tree: unknown, path: string): unknown {
  let at = tree;
  for (const name of path.split('.')) {
    if (!isTree(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

function set(tree: unknown, [name = '', ...rest]: string[], value: unknown): unknown {
  const copy = Array.isArray(tree) ? [...tree] : isTree(tree) ? { ...tree } : /^\d+$/.test(name) ? [] : {};
  const target = copy as Tree;
  target[name] = rest.length > 0 ? set(target[name], rest, value) : value;
  return copy;
}

export function withValue(tree: Tree, path: string, value: unknown): Tree {
  return set(tree, path.split('.'), value) as Tree;
}

export const inside = (path: string, name: string): string => (path ? `${path}.${name}` : name);
