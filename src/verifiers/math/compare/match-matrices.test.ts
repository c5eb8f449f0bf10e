import { describe } from "vitest";
import { acceptsBothWays, rejectsBothWays } from "../../../../test/support/answer-pairs.ts";

describe("arithmetic of matrices", () => {
  acceptsBothWays(String.raw`
    \begin{pmatrix}6&8\\10&12\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}+\begin{pmatrix}5&6\\7&8\end{pmatrix}
    \begin{pmatrix}4&4\\4&4\end{pmatrix} == \begin{pmatrix}5&6\\7&8\end{pmatrix}-\begin{pmatrix}1&2\\3&4\end{pmatrix}
    \begin{pmatrix}19&22\\43&50\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}\begin{pmatrix}5&6\\7&8\end{pmatrix}
    \begin{pmatrix}19&22\\43&50\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}\cdot\begin{pmatrix}5&6\\7&8\end{pmatrix}
    \begin{pmatrix}7&10\\15&22\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}^2
    \begin{pmatrix}1&3\\2&4\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}^T
    \begin{pmatrix}1&3\\2&4\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}^{\top}
    \begin{pmatrix}-2&1\\\frac32&-\frac12\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}^{-1}
    \begin{pmatrix}-1&-2\end{pmatrix} == -\begin{pmatrix}1&2\end{pmatrix}
    \begin{pmatrix}\frac12&1\end{pmatrix} == \frac{1}{2}\begin{pmatrix}1&2\end{pmatrix}
    \begin{pmatrix}\frac12&1\end{pmatrix} == \begin{pmatrix}1&2\end{pmatrix}/2
    \begin{pmatrix}3\\5\end{pmatrix} == \begin{pmatrix}1\\1\end{pmatrix}+2\begin{pmatrix}1\\2\end{pmatrix}
    \begin{pmatrix}2&1\\2&3\end{pmatrix} == \begin{pmatrix}1&1\\2&2\end{pmatrix} + \begin{pmatrix}1&0\\0&1\end{pmatrix}
    \begin{pmatrix}1+3t\\2-t\end{pmatrix} == \begin{pmatrix}1\\2\end{pmatrix}+t\begin{pmatrix}3\\-1\end{pmatrix}
    \begin{pmatrix}17\\39\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}\begin{pmatrix}5\\6\end{pmatrix}
    -2 == \begin{vmatrix}1&2\\3&4\end{vmatrix}
    -2 == \det\begin{pmatrix}1&2\\3&4\end{pmatrix}
    ad-bc == \begin{vmatrix}a&b\\c&d\end{vmatrix}
    A=\begin{pmatrix}2&4\end{pmatrix} == A=2\begin{pmatrix}1&2\end{pmatrix}
    (4,6) == (1,2)+(3,4)
    (3,6) == 3(1,2)
    (1+2t, 3-t) == (1,3)+t(2,-1)
  `);
  rejectsBothWays(String.raw`
    \begin{pmatrix}6&8\\10&13\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}+\begin{pmatrix}5&6\\7&8\end{pmatrix}
    \begin{pmatrix}23&34\\31&46\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}\begin{pmatrix}5&6\\7&8\end{pmatrix}
    \begin{pmatrix}1&4\\9&16\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}^2
    \begin{pmatrix}1&2\\3&4\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}^T
    \begin{pmatrix}1&2\end{pmatrix} == \begin{pmatrix}1&2\end{pmatrix}+1
    \begin{pmatrix}1&2\end{pmatrix} == \begin{pmatrix}1&2\end{pmatrix}+\begin{pmatrix}0\\0\end{pmatrix}
    2 == \begin{vmatrix}1&2\\3&4\end{vmatrix}
    \begin{pmatrix}1&2\\2&4\end{pmatrix} == \begin{pmatrix}1&2\\2&4\end{pmatrix}^{-1}
    1 == \begin{pmatrix}1&2\end{pmatrix}\begin{pmatrix}1&2\end{pmatrix}
    (4,6) == (1,2)+(3,5)
    [4,6] == [1,2]+[3,4]
  `);
});
