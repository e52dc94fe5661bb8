// One field that people fill in: label, description, what is wrong with it, and the control of its type.
import {
  Alert,
  Checkbox,
  Input,
  MultiSelect,
  NativeSelect,
  NumberInput,
  Radio,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { ReactNode } from 'react';
import type { FormContext } from './FormView';
import type { Choice, Shown } from './layOut';

interface FieldProps {
  shown: Shown;
  context: FormContext;
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

/** What all controls share. `id` ties the control to the entries of the list of errors. */
function common({ shown, context }: FieldProps) {
  return {
    id: fieldId(shown.path),
    label: shown.label || shown.path,
    description: shown.description || undefined,
    error: context.errors.get(shown.path),
    size: 'md' as const,
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
    withAsterisk: shown.required && !shown.readOnly,
    readOnly: shown.readOnly,
    'aria-required': shown.required || undefined,
    'aria-invalid': context.errors.has(shown.path) || undefined,
  };
}

export const fieldId = (path: string): string => `field-${path}`;

/** How phones and password managers may help with a text of that kind. */
const KINDS: Record<string, { type?: string; inputMode?: 'numeric' | 'tel' | 'email'; autoComplete?: string }> = {
  email: { type: 'email', inputMode: 'email', autoComplete: 'email' },
  phone: { type: 'tel', inputMode: 'tel', autoComplete: 'tel' },
  pesel: { inputMode: 'numeric' },
  nip: { inputMode: 'numeric' },
};

function TextField(props: FieldProps) {
  const { shown, context } = props;
  const { validate, appearance } = shown.component;
  return (
    <TextInput
      {...common(props)}
      {...KINDS[validate?.validationType ?? '']}
      value={text(shown.value)}
      leftSection={appearance?.prefixAdorner}
      rightSection={appearance?.suffixAdorner}
      rightSectionWidth={appearance?.suffixAdorner ? 64 : undefined}
      onChange={(event) => context.onChange(shown.path, event.currentTarget.value)}
    />
  );
}

function LongTextField(props: FieldProps) {
  const { shown, context } = props;
  return (
    <Textarea
      {...common(props)}
      value={text(shown.value)}
      autosize
      minRows={3}
      onChange={(event) => context.onChange(shown.path, event.currentTarget.value)}
    />
  );
}

/** What separates decimals in a language: both signs may be typed. */
function decimalSign(language: string): string {
  return new Intl.NumberFormat(language).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.';
}

function NumberField(props: FieldProps) {
  const { shown, context } = props;
  const { appearance, decimalDigits } = shown.component;
  return (
    <NumberInput
      {...common(props)}
      value={typeof shown.value === 'number' ? shown.value : text(shown.value)}
      onChange={(value) => context.onChange(shown.path, value)}
      decimalSeparator={decimalSign(context.language)}
      allowedDecimalSeparators={['.', ',']}
      decimalScale={decimalDigits ?? 12}
      inputMode={decimalDigits === 0 ? 'numeric' : 'decimal'}
      clampBehavior="none"
      hideControls
      leftSection={appearance?.prefixAdorner}
      rightSection={appearance?.suffixAdorner}
      rightSectionWidth={appearance?.suffixAdorner ? 64 : undefined}
    />
  );
}

const DATE_TYPES = { date: 'date', time: 'time', datetime: 'datetime-local' } as const;

function DateField(props: FieldProps) {
  const { shown, context } = props;
  return (
    <TextInput
      {...common(props)}
      type={DATE_TYPES[shown.component.subtype ?? 'date']}
      value={text(shown.value)}
      onChange={(event) => context.onChange(shown.path, event.currentTarget.value)}
    />
  );
}

function CheckboxField(props: FieldProps) {
  const { shown, context } = props;
  const { withAsterisk, readOnly, label, inputWrapperOrder: _, ...rest } = common(props);
  return (
    <Checkbox
      {...rest}
      label={
        <>
          {label}
          {withAsterisk && (
            <Input.Label component="span" required aria-hidden>
              {null}
            </Input.Label>
          )}
        </>
      }
      checked={shown.value === true}
      disabled={readOnly}
      onChange={(event) => context.onChange(shown.path, event.currentTarget.checked)}
    />
  );
}

/** Controls know texts; a choice's value may be any JSON, so its place among the choices stands for it. */
const placeOf = (choices: Choice[], value: unknown): string => {
  const place = choices.findIndex((choice) => choice.value === value);
  return place < 0 ? '' : String(place);
};
const choiceAt = (choices: Choice[], place: string): unknown => (place === '' ? null : choices[Number(place)]?.value);
const placesOf = (choices: Choice[], values: unknown): string[] =>
  (Array.isArray(values) ? values : []).map((value) => placeOf(choices, value)).filter((place) => place !== '');

function SelectField(props: FieldProps) {
  const { shown, context } = props;
  const { readOnly, ...rest } = common(props);
  const data = shown.choices.map(({ label }, place) => ({ value: String(place), label }));
  return (
    <NativeSelect
      {...rest}
      disabled={readOnly}
      data={[{ value: '', label: context.words.choose }, ...data]}
      value={placeOf(shown.choices, shown.value)}
      onChange={(event) => context.onChange(shown.path, choiceAt(shown.choices, event.currentTarget.value))}
    />
  );
}

function RadioField(props: FieldProps) {
  const { shown, context } = props;
  const { readOnly, id, ...rest } = common(props);
  return (
    <Radio.Group
      {...rest}
      id={id}
      value={placeOf(shown.choices, shown.value)}
      onChange={(place) => context.onChange(shown.path, choiceAt(shown.choices, place))}
    >
      <Stack gap="xs" mt={6}>
        {shown.choices.map(({ label }, place) => (
          <Radio key={label} value={String(place)} label={label} disabled={readOnly} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function ChecklistField(props: FieldProps) {
  const { shown, context } = props;
  const { readOnly, ...rest } = common(props);
  return (
    <Checkbox.Group
      {...rest}
      value={placesOf(shown.choices, shown.value)}
      onChange={(places) => context.onChange(shown.path, places.map((place) => choiceAt(shown.choices, place)))}
    >
      <Stack gap="xs" mt={6}>
        {shown.choices.map(({ label }, place) => (
          <Checkbox key={label} value={String(place)} label={label} disabled={readOnly} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

function TagField(props: FieldProps) {
  const { shown, context } = props;
  return (
    <MultiSelect
      {...common(props)}
      data={shown.choices.map(({ label }, place) => ({ value: String(place), label }))}
      value={placesOf(shown.choices, shown.value)}
      onChange={(places) => context.onChange(shown.path, places.map((place) => choiceAt(shown.choices, place)))}
      searchable
    />
  );
}

/** The platform has no way yet by which the holder of a case link hands over a file. */
function FileField({ shown, context }: FieldProps) {
  return (
    <Alert color="orange" title={shown.label || shown.path} id={fieldId(shown.path)}>
      {context.words.noFiles}
    </Alert>
  );
}

const FIELDS: Record<string, (props: FieldProps) => ReactNode> = {
  textfield: TextField,
  textarea: LongTextField,
  number: NumberField,
  datetime: DateField,
  checkbox: CheckboxField,
  select: SelectField,
  radio: RadioField,
  checklist: ChecklistField,
  taglist: TagField,
  filepicker: FileField,
  signature: FileField,
};

export function Field(props: FieldProps) {
  const Control = FIELDS[props.shown.component.type];
  return Control ? <Control {...props} /> : null;
}
