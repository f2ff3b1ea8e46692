/// Offsets and lengths that must be within a buffer.
module internal Lwt.FSharp.Bounds

let check (call: string) (length: int) (ofs: int) (len: int) : unit =
    if ofs < 0 || len < 0 || ofs > length - len then
        raise (InvalidArgumentException $"{call}: offset {ofs} and length {len} are not within {length} bytes.")
