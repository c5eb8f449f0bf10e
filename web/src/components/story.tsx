import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { answers } from "../data/answers.ts";
import { SqlButton } from "./sql-button.tsx";
import { Answer, Empty } from "./states.tsx";
import { VisibleText } from "./visible-text.tsx";

const TOPICS = {
  improved: { name: "What improved", sign: "↗" },
  cliff: { name: "Where the cliff was", sign: "△" },
  dropped: { name: "What was dropped", sign: "⊘" },
} as const;

/** What the run did in three sentences, each with its rows. */
export function Story({ run }: { readonly run: number }): ReactElement {
  const query = useQuery(answers.story(run));
  return (
    <section className="panel story" aria-labelledby="story-title">
      <h2 id="story-title" className="hidden">
        What the run did
      </h2>
      <Answer query={query}>
        {(sentences) =>
          sentences.length === 0 ? (
            <Empty>There is nothing to tell yet.</Empty>
          ) : (
            <ol>
              {sentences.map(({ topic, text, link, sql }) => (
                <li key={topic} className={topic}>
                  <span className="sign" aria-hidden="true">
                    {TOPICS[topic].sign}
                  </span>
                  <div>
                    <h3>{TOPICS[topic].name}</h3>
                    <p>
                      <VisibleText text={text} />
                    </p>
                    <p className="story-links">
                      {link.startsWith("#") ? (
                        <a href={link}>See its numbers</a>
                      ) : (
                        <Link href={`/runs/${run}/${link}`}>See its rows</Link>
                      )}
                      <SqlButton sql={sql} />
                    </p>
                  </div>
                </li>
              ))}
            </ol>
          )
        }
      </Answer>
    </section>
  );
}
