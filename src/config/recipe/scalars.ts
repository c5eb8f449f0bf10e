import { z } from "zod";
import { variableNameFault } from "../../core/secrets/api-key.ts";
import { serverUrlFault } from "../../core/secrets/server-url.ts";

/** Path of a file or directory, relative to the recipe. */
export const path = z.string().min(1);

/** A whole number above 0. */
export const positive = z.number().int().positive();

/** Base URL of an HTTP server. */
export const serverUrl = z.string().check((context) => {
  const message = serverUrlFault(context.value);
  // To be continued, or a union shows a message of its own instead.
  if (message !== undefined) context.issues.push({ code: "custom", message, input: context.value, continue: true });
});

/** Name of the environment variable with a server's key. */
export const apiKeyVariable = z.string().check((context) => {
  const message = variableNameFault(context.value);
  if (message !== undefined) context.issues.push({ code: "custom", message, input: context.value });
});
