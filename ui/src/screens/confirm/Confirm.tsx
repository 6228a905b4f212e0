/** The confirm window of one payout batch. */
export function Confirm({ batch }: { batch: string }) {
  return <main>{batch}</main>;
}
