namespace Lwt.Core.CompilerServices;

public static partial class Primitives
{
    /// <summary>Write.</summary>
    public static Promise<TUnit> Write<TUnit>(ConsoleOutput output, string text)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.Write<TUnit>(text);
    }

    /// <summary>Flush.</summary>
    public static Promise<TUnit> Flush<TUnit>(ConsoleOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.Flush<TUnit>();
    }
}
