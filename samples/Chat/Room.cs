using Lwt.Core;

namespace Lwt.Samples.Chat;

/// <summary>The members of a chat. All of it runs on one loop, so nothing here needs a lock.</summary>
internal sealed class Room
{
    // A member who has so many lines still to read is too slow.
    private const int MostLines = 1000;

    private readonly Dictionary<string, Member> _members = [];

    private sealed record Member(ChannelConnection Connection, BoundedPush<string> Lines);

    /// <summary>Serves one member until the connection ends.</summary>
    public async Promise Serve(ChannelConnection connection)
    {
        if (await AskName(connection) is not { } name)
            return;
        var (lines, push) = PromiseStream.CreateBounded<string>(MostLines);
        _members.Add(name, new(connection, push));
        Say($"{name} has come; now there are {_members.Count}.");
        try
        {
            // Whichever ends first cancels the other.
            await Promise.Pick(
                Hear(name, connection.Input).AsUnit(),
                lines.ForEachAwait(connection.Output.WriteLine).AsUnit()
            );
        }
        finally
        {
            _members.Remove(name);
            Say($"{name} has gone.");
        }
    }

    /// <summary>
    /// Puts a line into the queue of each member but its author, and waits for none: one who does not read is dropped when
    /// the queue is full.
    /// </summary>
    public void Say(string line, string? author = null)
    {
        foreach (var (name, member) in _members.ToArray())
        {
            if (name == author)
                continue;
            if (member.Lines.Count < MostLines)
                Promise.FireAndForget(() => member.Lines.Push(line));
            else
                Promise.FireAndForget(member.Connection.Abort);
        }
    }

    private async Promise<string?> AskName(ChannelConnection connection)
    {
        while (true)
        {
            await connection.Output.Write("name? ");
            if (await connection.Input.ReadLine() is not { } name)
                return null;
            if (name.Length > 0 && !_members.ContainsKey(name))
                return name;
            await connection.Output.WriteLine(name.Length > 0 ? "That name is taken." : "A name has a letter or more.");
        }
    }

    private async Promise Hear(string name, InputChannel input)
    {
        while (await input.ReadLine() is { } line)
            Say($"{name}: {line}", author: name);
    }
}
