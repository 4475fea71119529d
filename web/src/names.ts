// Go function names: shortened in the middle of the path, never at the function.

export const NO_NAME = 0xffffffff;
export const UNSAMPLED = "(Inactive, no stack trace sampled)";

export function groupName(name: string): string {
  return name === "" ? UNSAMPLED : name;
}

// "github.com/a/b.(*T).Run" -> ["github.com/a/", "b.(*T).Run"]. Type arguments may hold slashes of their own.
export function splitPath(name: string): [path: string, rest: string] {
  const bracket = name.indexOf("[");
  const slash = name.lastIndexOf("/", bracket < 0 ? undefined : bracket);
  return [name.slice(0, slash + 1), name.slice(slash + 1)];
}

export function packageOf(name: string): string {
  const [path, rest] = splitPath(name);
  const dot = rest.indexOf(".");
  return path + (dot < 0 ? rest : rest.slice(0, dot));
}

// The longest form that fits, or null.
export function fitName(name: string, length: number): string | null {
  if (name.length <= length) return name;
  const [path, rest] = splitPath(name);
  const first = path.slice(0, path.indexOf("/") + 1);
  const forms = [first !== path ? first + "…/" + rest : "", rest];
  const dot = rest.indexOf(".");
  if (dot >= 0) forms.push(rest.slice(dot + 1));
  const last = rest.lastIndexOf(".");
  if (last > dot) forms.push(rest.slice(last + 1));
  return forms.find((form) => form !== "" && form.length <= length) ?? null;
}

export function shortName(name: string, length = 64): string {
  const [, rest] = splitPath(name);
  return fitName(name, length) ?? (rest.length < name.length ? "…/" + rest : name);
}
