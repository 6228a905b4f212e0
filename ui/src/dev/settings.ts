export const settings: Record<string, unknown> = {
  create_company: { recovery_code: "K7QX-2MPA-9WTR-D4HF-8ZCN-3VJE-6YBU-1GLS" },
  open_demo: { sequence: 1, say: "The demo company is open", undo: null },
};
