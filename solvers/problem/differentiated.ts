/** The expressions that the texts of a problem differentiate. */
import type { Differentiated } from "../expression/parse.ts";

/** Those of one text. */
export interface DifferentiatedText {
  readonly of: "equation" | "condition" | "integral";
  readonly text: string;
  readonly differentiated: readonly Differentiated[];
}

/** Opens the list of a text. */
export type Differentiating = (of: DifferentiatedText["of"], text: string) => Differentiated[];

/** For texts of which nobody asks. */
export const notListed: Differentiating = () => [];

/** Lists text by text. */
export function differentiatedTexts(): {
  readonly listed: Differentiating;
  readonly texts: readonly DifferentiatedText[];
} {
  const texts: DifferentiatedText[] = [];
  const listed: Differentiating = (of, text) => {
    const differentiated: Differentiated[] = [];
    texts.push({ of, text, differentiated });
    return differentiated;
  };
  return { listed, texts };
}
