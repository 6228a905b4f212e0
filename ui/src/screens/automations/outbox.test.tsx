import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { payouts } from "../../dev/payouts";
import { answer, draw, violations } from "../../test/draw";
import { Outbox } from "./Outbox";

describe("the outbox", () => {
  it("is filtered with /, keeps counting what waits, and clears", async () => {
    answer(payouts);
    const { container } = draw(<Outbox />);
    expect(await screen.findByRole("row", { name: /Nordhavn/ })).toBeInTheDocument();
    fireEvent.keyDown(window, { key: "/" });
    await userEvent.keyboard("result unknown");
    expect(screen.queryByRole("row", { name: /Nordhavn/ })).not.toBeInTheDocument();
    expect(screen.getByRole("row", { name: /R-202611-0031/ })).toBeInTheDocument();
    expect(screen.getByRole("heading", { name: "2 wait to leave" })).toBeInTheDocument();
    await userEvent.type(screen.getByRole("searchbox"), "zzz");
    expect(await screen.findByText(/^Nothing matches/)).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Clear filter" }));
    expect(await screen.findByRole("row", { name: /Nordhavn/ })).toBeInTheDocument();
  });
});
