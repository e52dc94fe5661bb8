// Narrows a list of instances by status.
import { Select } from '@mantine/core';
import type { InstanceStatus } from '../api/types';
import { messages } from '../messages';
import { STATUSES } from '../routes';

interface StatusFilterProps {
  value: InstanceStatus | undefined;
  onChange: (status: InstanceStatus | undefined) => void;
}

const OPTIONS = STATUSES.map((status) => ({ value: status, label: messages.statuses[status] }));

export function StatusFilter({ value, onChange }: StatusFilterProps) {
  return (
    <Select
      aria-label={messages.instances.status}
      placeholder={messages.instances.anyStatus}
      data={OPTIONS}
      value={value ?? null}
      onChange={(status) => onChange((status as InstanceStatus | null) ?? undefined)}
      clearable
      size="sm"
      w={150}
    />
  );
}
