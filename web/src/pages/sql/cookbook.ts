// The questions of docs/sql.md, each a heading with a statement below it.
import text from "../../../../docs/sql.md";

export interface Recipe {
  readonly title: string;
  readonly sql: string;
}

// A heading without a number has no statement of its own, but may lead to the list of tables.
export function recipesOf(document: string): Recipe[] {
  const recipes: Recipe[] = [];
  for (const section of document.split(/^### /m).slice(1)) {
    const title = /^\d+\. (.+)$/m.exec(section.slice(0, section.indexOf("\n")))?.[1];
    const sql = /^```sql\n([^]*?)\n```$/m.exec(section)?.[1];
    if (title && sql) recipes.push({ title, sql });
  }
  return recipes;
}

export const RECIPES: readonly Recipe[] = recipesOf(text);
