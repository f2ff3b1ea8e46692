namespace Lwt.Core.CompilerServices;

/// <summary>What the system knows of a user. OCaml: <c>Unix.passwd_entry</c>.</summary>
/// <param name="Name">The name to log in by.</param>
/// <param name="Password">The password, or what stands in its place.</param>
/// <param name="UserId">The number of the user.</param>
/// <param name="GroupId">The number of the user's group.</param>
/// <param name="Comment">What else is said, such as the full name.</param>
/// <param name="Folder">The home directory.</param>
/// <param name="Shell">The program to start after logging in.</param>
public sealed record UserEntry(
    string Name,
    string Password,
    int UserId,
    int GroupId,
    string Comment,
    string Folder,
    string Shell
);

/// <summary>What the system knows of a group of users. OCaml: <c>Unix.group_entry</c>.</summary>
/// <param name="Name">The name of the group.</param>
/// <param name="Password">The password, or what stands in its place.</param>
/// <param name="GroupId">The number of the group.</param>
/// <param name="Members">The names of its users, but for those whose own group it is.</param>
public sealed record GroupEntry(string Name, string Password, int GroupId, string[] Members);
