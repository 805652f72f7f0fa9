// Runs the JavaScript peers. Reads one JSON request a line, writes one JSON answer a line.
import { createInterface } from "node:readline";
import zen from "@gorules/zen-engine";
import { LogicEngine } from "json-logic-engine";
import rulesEngine from "json-rules-engine";

const places = (flags) => flags.flatMap((flag, i) => (flag ? [i] : []));

// Rules come as ["all", [...]], ["any", [...]], ["is", fact, value], ["in", fact, words], ["ge" | "le", fact, bound].
const write = (test, notation) =>
  test[0] in notation ? notation[test[0]](test[1].map((part) => write(part, notation))) : notation.leaf(test);

const OPERATORS = { is: "equal", in: "in", ge: "greaterThanInclusive", le: "lessThanInclusive" };

const ENGINES = {
  // As one would write it by hand for speed: one function, every condition inlined. The floor, not a peer.
  "hand-written JavaScript": ({ rules, filled }) => {
    const notation = {
      all: (parts) => `(${parts.join(" && ")})`,
      any: (parts) => `(${parts.join(" || ")})`,
      leaf: ([kind, fact, value]) =>
        kind === "is" ? `${fact} === ${value}`
        : kind === "in" ? `(${value.map((word) => `${fact} === ${JSON.stringify(word)}`).join(" || ")})`
        : kind === "ge" ? `${fact} >= ${value}`
        : `(${fact} >= 0 && ${fact} <= ${value})`,
    };
    const names = Object.keys(filled[0]).join(", ");
    const body = `const { ${names} } = facts; return [${rules.map((rule) => write(rule, notation)).join(", ")}];`;
    return { inputs: filled, decide: new Function("facts", body), read: places };
  },
  "json-logic-engine": ({ logic, filled }) => {
    const decide = new LogicEngine().build(logic);
    return { inputs: filled, decide, read: places };
  },
  "json-rules-engine": ({ rules, plain }) => {
    const engine = new rulesEngine.Engine([], { allowUndefinedFacts: true });
    const notation = {
      all: (parts) => ({ all: parts }),
      any: (parts) => ({ any: parts }),
      leaf: ([kind, fact, value]) => ({ fact, operator: OPERATORS[kind], value }),
    };
    rules.forEach((rule, index) => {
      const written = write(rule, notation);
      const conditions = written.all || written.any ? written : { all: [written] };
      engine.addRule({ conditions, event: { type: "match", params: { index } } });
    });
    return {
      inputs: plain,
      decide: (facts) => engine.run(facts),
      read: (found) => found.events.map((event) => event.params.index),
    };
  },
  "ZEN (Node)": ({ rules, filled }) => {
    const notation = {
      all: (parts) => `(${parts.join(" and ")})`,
      any: (parts) => `(${parts.join(" or ")})`,
      leaf: ([kind, fact, value]) =>
        kind === "is" ? `${fact} == ${value}`
        : kind === "in" ? `${fact} in ${JSON.stringify(value)}`
        : kind === "ge" ? `${fact} >= ${value}`
        : `(${fact} >= 0 and ${fact} <= ${value})`,
    };
    // No compiled expression is offered here, so the decision graph, which is compiled once.
    const value = `[${rules.map((rule) => write(rule, notation)).join(", ")}]`;
    const node = (id, type, content) => ({ id, type, name: id, position: { x: 0, y: 0 }, content });
    const decision = new zen.ZenEngine().createDecision({
      nodes: [
        node("in", "inputNode", { schema: "" }),
        node("rules", "expressionNode", { expressions: [{ id: "1", key: "matching", value }] }),
        node("out", "outputNode", { schema: "" }),
      ],
      edges: [
        { id: "1", sourceId: "in", targetId: "rules", type: "edge" },
        { id: "2", sourceId: "rules", targetId: "out", type: "edge" },
      ],
    });
    return { inputs: filled, decide: (c) => decision.evaluate(c), read: (found) => places(found.result.matching) };
  },
};

const QUICK = ["hand-written JavaScript", "json-logic-engine"];
let made = {};

async function answer(request) {
  switch (request.do) {
    case "load": {
      const wanted = Object.entries(ENGINES).filter(([name]) => !request.quick || QUICK.includes(name));
      made = Object.fromEntries(wanted.map(([name, make]) => [name, make(request)]));
      return Object.keys(made);
    }
    case "matches": {
      const { inputs, decide, read } = made[request.engine];
      const found = [];
      for (const input of inputs) found.push(read(await decide(input)));
      return found;
    }
    case "seconds": {
      const { inputs, decide } = made[request.engine];
      const first = decide(inputs[0]);
      const isAsync = typeof first?.then === "function";
      await first;
      const batch = Array.from({ length: request.count }, (_, i) => inputs[i % inputs.length]);
      const start = process.hrtime.bigint();
      if (isAsync) for (const input of batch) await decide(input);
      else for (const input of batch) decide(input);
      return Number(process.hrtime.bigint() - start) / 1e9;
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + "\n");
}
