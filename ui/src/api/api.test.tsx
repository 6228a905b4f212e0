import { act, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import { answer, draw } from "../test/draw";
import { ApiError, asApiError, command, query } from "./client";
import { concerns, useChanges, useCommand, useQueryApi, useRows } from "./hooks";
import { TOPICS } from "./topics";

describe("errors of the shell", () => {
  it("keep their code, sentence and detail", () => {
    const error = asApiError({ code: "locked", message: "The books are open elsewhere.", detail: "pid 7" });
    expect([error.code, error.message, error.detail]).toEqual(["locked", "The books are open elsewhere.", "pid 7"]);
  });
  it("become one readable kind whatever was thrown", () => {
    expect(asApiError("no such command").message).toBe("no such command");
    expect(asApiError(undefined).code).toBe("unknown");
    expect(asApiError({ message: "x", detail: { a: 1 } }).detail).toBe('{"a":1}');
  });
});

describe("the client", () => {
  it("sends queries and commands by their kind", async () => {
    const { calls } = answer({ today: {}, snooze: { sequence: 1, say: "", undo: null } });
    await query("today", {});
    await command("snooze", { id: "d1", until: "" });
    expect(calls.map((c) => [c.kind, c.method])).toEqual([["query", "today"], ["command", "snooze"]]);
  });
  it("throws an ApiError", async () => {
    answer({ today: () => new ApiError("damaged", "The file is damaged.") });
    await expect(query("today", {})).rejects.toMatchObject({ code: "damaged", message: "The file is damaged." });
  });
});

describe("changes", () => {
  it("concern a query by its topics; status and Today hear everything", () => {
    expect(concerns("invoices_index", ["payments"])).toBe(true);
    expect(concerns("invoices_index", ["backups"])).toBe(false);
    expect(concerns("status", ["backups"])).toBe(true);
    expect(concerns("backups", ["*"])).toBe(true);
  });
  it("name a topic list for every query", () => {
    for (const [method, topics] of Object.entries(TOPICS)) expect(Array.isArray(topics), method).toBe(true);
  });

  function Shown() {
    useChanges();
    const rules = useQueryApi("rules", {});
    return <output>{rules.data?.[0]?.payee ?? "nothing"}</output>;
  }
  const shown = () => document.querySelector("output")?.textContent;
  const row = (payee: string) => [{ id: "r", payee, account: "a", used: 1 }];

  it("ask again after an answer that was on its way, so an old answer never stays", async () => {
    const open: ((rows: unknown) => void)[] = [];
    const { change, calls } = answer({ rules: () => new Promise((resolve) => open.push(resolve)) });
    draw(<Shown />);
    await waitFor(() => expect(open).toHaveLength(1));
    // Two changes while the first answer is on its way: no second question beside it, exactly one after it.
    act(() => change({ topics: ["rules"], sequence: 2 }));
    act(() => change({ topics: ["rules"], sequence: 3 }));
    expect(open).toHaveLength(1);
    await act(async () => open[0]?.(row("before")));
    await waitFor(() => expect(open).toHaveLength(2));
    await act(async () => open[1]?.(row("after")));
    await waitFor(() => expect(shown()).toBe("after"));
    act(() => change({ topics: ["backups"], sequence: 4 }));
    await act(() => new Promise((resolve) => setTimeout(resolve, 20)));
    expect(calls).toHaveLength(2);
  });
  it("leave old content in place while new content is read", async () => {
    let replies = 0;
    const hang = new Promise(() => undefined);
    const { change } = answer({ rules: () => (replies++ === 0 ? row("old") : hang) });
    draw(<Shown />);
    await waitFor(() => expect(shown()).toBe("old"));
    act(() => change({ topics: ["rules"], sequence: 2 }));
    await waitFor(() => expect(replies).toBe(2));
    expect(shown()).toBe("old");
  });
  it("follow a command of this window even without an event", async () => {
    let payee = "one";
    answer({ rules: () => row(payee), rule_delete: () => ((payee = "two"), { sequence: 1, say: "", undo: null }) });
    function Deleting() {
      const remove = useCommand("rule_delete");
      return <button type="button" onClick={() => remove.mutate({ id: "r" })}>forget</button>;
    }
    draw(
      <>
        <Shown />
        <Deleting />
      </>,
    );
    await waitFor(() => expect(shown()).toBe("one"));
    act(() => screen.getByRole("button").click());
    await waitFor(() => expect(shown()).toBe("two"));
  });
});

describe("rows by window", () => {
  function Window({ keys }: { keys: number[] }) {
    const [window, setWindow] = useState({ first: 0, last: 30 });
    const rows = useRows("journal_rows", keys, window);
    return (
      <>
        <button type="button" onClick={() => setWindow({ first: 250, last: 310 })}>
          further
        </button>
        <output>{rows.row(keys[window.first] ?? 0)?.text ?? "bars"}</output>
      </>
    );
  }
  it("are asked for in pages of the index, once each", async () => {
    const { calls } = answer({
      journal_rows: (input: unknown) => ({ rows: (input as { keys: number[] }).keys.map((key) => ({ key, text: `Entry ${key}` })) }),
    });
    const keys = Array.from({ length: 1000 }, (_, index) => 1000 - index);
    draw(<Window keys={keys} />);
    await waitFor(() => expect(document.querySelector("output")?.textContent).toBe("Entry 1000"));
    act(() => screen.getByRole("button").click());
    await waitFor(() => expect(document.querySelector("output")?.textContent).toBe("Entry 750"));
    const pages = calls.map((c) => (c.input as { keys: number[] }).keys);
    expect(pages.map((p) => [p[0], p.length])).toEqual([[1000, 100], [800, 100], [700, 100]]);
  });
});
