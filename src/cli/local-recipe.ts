import type { Recipe } from "../config/recipe-schema.ts";
import { sizeText } from "../core/texts/size-text.ts";
import { withLocalModel } from "../run/start/with-local-model.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { showProgress } from "./progress-line.ts";
import { tellNote } from "./tell-note.ts";

/**
 * A recipe whose model is a directory, fetched from the hub with a progress bar where it is the id of one there. Ctrl-C
 * ends that; the next time goes on with it. Throws like {@link withLocalModel}.
 */
export async function localRecipe(recipe: Recipe): Promise<Recipe> {
  const interrupt = listenForInterrupt();
  let [done, total] = [0, 0];
  const hide = showProgress(`fetching ${recipe.policy.model}`, () => ({
    share: total === 0 ? 0 : done / total,
    numbers: `${sizeText(done)} of ${sizeText(total)}`,
  }));
  try {
    return await withLocalModel(recipe, {
      onNote: tellNote,
      onProgress: (now, all) => ([done, total] = [now, all]),
      signal: interrupt.signal,
    });
  } finally {
    hide();
    interrupt.release();
  }
}
