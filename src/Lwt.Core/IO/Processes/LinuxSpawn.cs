using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lwt.Core;

/// <summary>Starts programs on Linux. The child has its three standard descriptors, and no other.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class LinuxSpawn
{
    private const int FirstOther = 3;

    /// <summary>Returns the number of the process.</summary>
    /// <exception cref="PromiseIOException">The program cannot be started.</exception>
    internal static int Start(ProcessOptions options, LinuxEnds ends)
    {
        using var how = new Libc.SpawnActions();
        // Those of ours that are standard descriptors themselves, out of the way of what the child's are made to be.
        var high = new DescriptorHandle?[3];
        var references = new bool[3];
        try
        {
            how.ResetSignals(options.LeadsGroup);
            ProcessRedirection[] redirections = [options.Input, options.Output, options.Error];
            for (var standard = 0; standard < FirstOther; standard++)
                if (ends.Standard[standard] is { } file)
                {
                    file.DangerousAddRef(ref references[standard]);
                    high[standard] = High((int)file.DangerousGetHandle(), options.Program);
                }
            for (var standard = 0; standard < FirstOther; standard++)
                Check(Redirect(how, redirections[standard].Kind, high[standard], standard), options.Program);
            CloseOthers(how, options.Program);
            Libc.KeepEndsOfChildren();
            return Start(options, how);
        }
        finally
        {
            for (var standard = 0; standard < FirstOther; standard++)
            {
                high[standard]?.Dispose();
                if (references[standard])
                    ends.Standard[standard]!.DangerousRelease();
            }
        }
    }

    private static DescriptorHandle High(int descriptor, string program)
    {
        var high = Libc.DuplicateHigh(descriptor);
        Check(high, program);
        return new(high);
    }

    private static int Redirect(in Libc.SpawnActions how, RedirectionKind kind, DescriptorHandle? file, int standard) =>
        kind switch
        {
            RedirectionKind.Inherit => 0,
            RedirectionKind.Null => how.OpenNull(standard),
            RedirectionKind.Close => how.Close(standard),
            RedirectionKind.ToOutput => how.Copy(1, standard),
            _ => how.Copy((int)file!.DangerousGetHandle(), standard),
        };

    private static void CloseOthers(in Libc.SpawnActions how, string program)
    {
        try
        {
            Check(how.CloseFrom(FirstOther), program);
        }
        // A C library that has not got it: those that are open now. What this library and .NET open is not inherited anyway.
        catch (EntryPointNotFoundException)
        {
            foreach (var file in Directory.EnumerateFiles("/proc/self/fd"))
                if (
                    int.Parse(Path.GetFileName(file)) is var open and >= FirstOther
                    && Libc.GetDescriptorFlags(open) == 0
                )
                    Check(how.Close(open), program);
        }
    }

    private static int Start(ProcessOptions options, in Libc.SpawnActions how)
    {
        using var texts = new NativeTexts();
        if (options.WorkingDirectory is { } directory)
            Check(how.ChangeDirectory(texts.Add(directory)), directory);
        var process = Libc.Spawn(
            how,
            texts.Add(options.Program),
            texts.AddAll(options.Arguments),
            texts.AddAll(options.Entries())
        );
        // A script that does not name its interpreter is the shell's, as everywhere.
        if (process == -Errno.ENOEXEC)
            process = Libc.Spawn(
                how,
                texts.Add("/bin/sh"),
                texts.AddAll(["sh", options.Program, .. options.Arguments.Skip(1)]),
                texts.AddAll(options.Entries())
            );
        if (process >= 0)
            return process;
        // The system does not say which of the two it was.
        if (options.WorkingDirectory is { } missing && !Directory.Exists(missing))
            throw new PromiseIOException(File.Exists(missing) ? Errno.ENOTDIR : -process, "chdir", missing);
        throw new PromiseIOException(-process, "posix_spawn", options.Program);
    }

    private static void Check(int result, string program)
    {
        if (result < 0)
            throw new PromiseIOException(-result, "posix_spawn", program);
    }

    /// <summary>Texts as C has them, until it is disposed of.</summary>
    private sealed class NativeTexts : IDisposable
    {
        private readonly List<nint> _blocks = [];

        internal byte* Add(string text)
        {
            var bytes = Utf8Text.Encode(text);
            var block = Allocate(bytes.Length + 1);
            bytes.CopyTo(new Span<byte>(block, bytes.Length));
            block[bytes.Length] = 0;
            return block;
        }

        internal byte** AddAll(IEnumerable<string> texts)
        {
            var all = texts.ToArray();
            var table = (byte**)Allocate((all.Length + 1) * sizeof(byte*));
            for (var i = 0; i < all.Length; i++)
                table[i] = Add(all[i]);
            table[all.Length] = null;
            return table;
        }

        public void Dispose()
        {
            foreach (var block in _blocks)
                NativeMemory.Free((void*)block);
        }

        private byte* Allocate(int bytes)
        {
            var block = (byte*)NativeMemory.Alloc((nuint)bytes);
            _blocks.Add((nint)block);
            return block;
        }
    }
}
