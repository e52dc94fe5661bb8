// Keeps the frame standing when a page cannot be shown, and says so.
import { Component, type ReactNode } from 'react';
import { ProblemAlert } from './ProblemAlert';

interface ErrorBoundaryProps {
  children: ReactNode;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: Error | null }> {
  override state = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <ProblemAlert error={error} onRetry={() => this.setState({ error: null })} />;
  }
}
