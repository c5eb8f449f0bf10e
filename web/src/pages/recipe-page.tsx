import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { sizeText } from "../../../src/core/texts/size-text.ts";
import type { RecipeAnswer, RunDetail } from "../../../src/server/answers.ts";
import { CopiedPath } from "../components/copied-path.tsx";
import { RecipeChanges } from "../components/recipe-changes.tsx";
import { hasKin, Kin } from "../components/run-facts.tsx";
import { Answer } from "../components/states.tsx";
import { LongText, VisibleText } from "../components/visible-text.tsx";
import { answers } from "../data/answers.ts";
import { moment } from "../text/format.ts";
import { useTitle } from "../use-title.ts";

/** What a run was made of: its command, its recipe, and the programs that it works with. */
export function RecipePage({ run }: { readonly run: RunDetail }): ReactElement {
  useTitle(`Recipe of #${run.id}`);
  const query = useQuery(answers.recipe(run.id));
  return (
    <>
      <h1>Recipe</h1>
      {run.changes.length > 0 && <RecipeChanges changes={run.changes} />}
      <Answer query={query}>
        {(recipe) => (
          <div className="recipe">
            <section className="panel" aria-labelledby="recipe-title">
              <h2 id="recipe-title">As it stands, with every default</h2>
              <LongText text={recipe.yaml} label="Recipe" />
            </section>
            <div className="recipe-side">
              <Origin run={run} command={recipe.command} />
              <Programs recipe={recipe} />
            </div>
          </div>
        )}
      </Answer>
    </>
  );
}

function Origin({ run, command }: { readonly run: RunDetail; readonly command: string | null }): ReactElement {
  return (
    <section className="panel" aria-labelledby="origin-title">
      <h2 id="origin-title">Where it comes from</h2>
      <dl className="origin">
        <div>
          <dt>Command</dt>
          <dd>
            {command === null ? (
              <span className="muted">not stored by the version that began it</span>
            ) : (
              <CopiedPath path={command} label="the command" />
            )}
          </dd>
        </div>
        {run.recipeFile !== null && (
          <div>
            <dt>Recipe file</dt>
            <dd>
              <CopiedPath path={run.recipeFile} label="the path of the recipe" />
            </dd>
          </div>
        )}
        {hasKin(run) && (
          <div>
            <dt>Forks</dt>
            <dd>
              <Kin run={run} />
            </dd>
          </div>
        )}
        <div>
          <dt>Started</dt>
          <dd>{moment(run.createdAt)}</dd>
        </div>
        <div>
          <dt>Seed</dt>
          <dd className="number">{run.seed}</dd>
        </div>
        {run.bytes !== null && (
          <div>
            <dt>Files</dt>
            <dd>{sizeText(run.bytes)}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}

/** The programs of a run, as a table. */
function Programs({ recipe }: { readonly recipe: RecipeAnswer }): ReactElement {
  const isSame = recipe.software.some(({ versions }) => versions["rlvr"] === recipe.version);
  const rows = [
    ...(isSame ? [] : [{ part: "begun by", library: "rlvr", version: recipe.version }]),
    ...recipe.software.flatMap(({ part, name, versions }) => {
      const libraries = Object.entries(versions);
      if (libraries.length === 0) return [{ part, library: name, version: "not told" }];
      return libraries.map(([library, version]) => ({ part, library, version }));
    }),
  ];
  return (
    <section className="panel" aria-labelledby="programs-title">
      <h2 id="programs-title">Versions</h2>
      <table className="compact">
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Program</th>
            <th scope="col">Version</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ part, library, version }) => (
            <tr key={`${part} ${library}`}>
              <td>{part}</td>
              <td>
                <VisibleText text={library} />
              </td>
              <td>
                <VisibleText text={version} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {recipe.software.length === 0 && (
        <p className="muted small-text">The other programs are told once the first batch is trained.</p>
      )}
    </section>
  );
}
