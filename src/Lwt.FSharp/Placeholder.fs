namespace Lwt.FSharp

module internal Placeholder =
    let answer = 42
