namespace Lwt.Core;

/// <summary>Stands here until the first real type does.</summary>
internal static class Placeholder
{
    internal const int Answer = 42;
}
