// A program that a test asks: a line {"ask", "with"} comes in, a line {"answer"} or {"refused"} goes out.
import { createInterface } from 'node:readline';

// Standard output belongs to the answers; whatever the libraries have to say goes to the log.
console.log = console.info = console.error;

const told = (error) => ({
  refused: {
    name: error.name,
    message: error.message,
    code: error.code ?? null,
    error: error.error ?? error.data?.error ?? null,
  },
});

/** Answers until the asker is gone, and then ends the program: it never outlives its test. */
export const answerLines = async (operations) => {
  process.stdout.write(`${JSON.stringify({ answer: 'ready' })}\n`);
  for await (const line of createInterface({ input: process.stdin })) {
    const { ask, with: given } = JSON.parse(line);
    let reply;
    try {
      reply = { answer: (await operations[ask](...given)) ?? null };
    } catch (error) {
      console.error(error);
      reply = told(error);
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  process.exit(0);
};
