/** A text with the report's marks: between backticks code, between double asterisks strong, between single ones emphasised. */
export function Words({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/(`[^`]*`|\*\*[^*]*\*\*|\*[^*]*\*)/).map((part, index) => {
        if (part.startsWith('`')) return <code key={index}>{part.slice(1, -1)}</code>;
        if (part.startsWith('**')) return <strong key={index}>{part.slice(2, -2)}</strong>;
        return part.startsWith('*') ? <em key={index}>{part.slice(1, -1)}</em> : part;
      })}
    </>
  );
}
