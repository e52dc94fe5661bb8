// The console's few line icons, drawn here so that no icon package is needed. All are decorative.
import type { ReactNode } from 'react';

interface IconProps {
  size?: number;
}

function icon(shape: ReactNode) {
  return function Icon({ size = 18 }: IconProps) {
    return (
      <svg
        aria-hidden="true"
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        {shape}
      </svg>
    );
  };
}

export const IconUpload = icon(<path d="M12 16V4m0 0L7.5 8.5M12 4l4.5 4.5M4 15v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3" />);
export const IconPlus = icon(<path d="M12 5v14M5 12h14" />);
export const IconMinus = icon(<path d="M5 12h14" />);
export const IconFit = icon(<path d="M4 9V5a1 1 0 0 1 1-1h4m6 0h4a1 1 0 0 1 1 1v4m0 6v4a1 1 0 0 1-1 1h-4m-6 0H5a1 1 0 0 1-1-1v-4" />);
export const IconAlert = icon(<path d="M12 8.5v4.5m0 3.2v.1M10.3 4.2 2.9 17a2 2 0 0 0 1.7 3h14.8a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0z" />);
export const IconCheck = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const IconChevron = icon(<path d="m9 6 6 6-6 6" />);
export const IconBack = icon(<path d="M20 12H5m0 0 6-6m-6 6 6 6" />);
export const IconCopy = icon(<path d="M9 9h9a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2zM5 15a2 2 0 0 1-1-1.7V6a2 2 0 0 1 2-2h7.3A2 2 0 0 1 15 5" />);
export const IconClock = icon(<path d="M12 7v5l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0z" />);
export const IconRetry = icon(<path d="M20 11a8 8 0 0 0-14.3-4L4 9m0-5v5h5m-5 4a8 8 0 0 0 14.3 4l1.7-2m0 5v-5h-5" />);
export const IconSkip = icon(<path d="m5 5 9 7-9 7zM19 5v14" />);
export const IconUser = icon(<path d="M19 20a7 7 0 0 0-14 0m11-12a4 4 0 1 1-8 0 4 4 0 0 1 8 0z" />);
