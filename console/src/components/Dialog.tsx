// A modal dialog. Mantine's own header would be a second banner landmark, so title and close stand in the body.
import { Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { messages } from '../messages';

interface DialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  size?: 'md' | 'lg';
  children: ReactNode;
}

export function Dialog({ opened, onClose, title, size = 'md', children }: DialogProps) {
  return (
    <Modal.Root opened={opened} onClose={onClose} size={size} centered radius="lg">
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body p="lg">
          <Group justify="space-between" wrap="nowrap" align="flex-start" mb="sm">
            <Modal.Title fw={620} fz="lg">
              {title}
            </Modal.Title>
            <Modal.CloseButton aria-label={messages.close} m={0} />
          </Group>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
