import type { ReactElement } from "react";
import { Link } from "wouter";
import { useTitle } from "../use-title.ts";

/** An address that no page has. */
export function NotFoundPage(): ReactElement {
  useTitle("Not found");
  return (
    <div className="page">
      <h1>There is no such page</h1>
      <p>
        <Link href="/">Go to the runs</Link>
      </p>
    </div>
  );
}
