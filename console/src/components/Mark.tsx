// The product's mark: an event, a flow and a gateway.
export function Mark({ size = 30 }: { size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 32 32">
      <rect width="32" height="32" rx="8" fill="#0f3d51" />
      <circle cx="9" cy="16" r="3.2" fill="none" stroke="#fff" strokeWidth="2.2" />
      <path d="M12.4 16h4.2" stroke="#fff" strokeWidth="2.2" />
      <path d="M21 10.6 26.4 16 21 21.4 15.6 16z" fill="#5cc2b0" />
    </svg>
  );
}
