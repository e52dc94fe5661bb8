// Chooses a BPMN file, with its decisions and forms, from the disk and deploys it.
import { Button, FileButton } from '@mantine/core';
import { useRef } from 'react';
import { IconUpload } from '../components/icons';
import { messages } from '../messages';
import { useDeployment } from './DeploymentProvider';

export function DeployButton({ label = messages.deploy.action }: { label?: string }) {
  const { deploy } = useDeployment();
  const reset = useRef<() => void>(null);
  const choose = (files: File[]) => {
    if (files.length > 0) deploy(files);
    // Without this the same file, corrected and chosen again, would not count as a change.
    reset.current?.();
  };
  return (
    <FileButton onChange={choose} multiple accept=".bpmn,.xml,.dmn,.form,.json,.html" resetRef={reset} inputProps={{ 'aria-label': label }}>
      {(props) => (
        <Button {...props} size="sm" leftSection={<IconUpload size={16} />}>
          {label}
        </Button>
      )}
    </FileButton>
  );
}
