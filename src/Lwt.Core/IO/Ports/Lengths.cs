namespace Lwt.Core;

/// <summary>Promises fulfilled with small lengths, which reads and writes return most of the time: each is made once.</summary>
internal static class Lengths
{
    private const int Most = 4096;

    private static readonly Promise<int>?[] s_made = new Promise<int>?[Most + 1];

    internal static Promise<int> Of(int length)
    {
        if ((uint)length > Most)
            return new(length);
        return s_made[length] ??= new(length);
    }
}
