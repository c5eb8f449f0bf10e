/** Writes docs/recipe.md, the reference of every option, from the schemas: `pnpm docs:recipe`. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { recipeReference } from "./recipe-reference.ts";

writeFileSync(fileURLToPath(new URL("../docs/recipe.md", import.meta.url)), await recipeReference());
