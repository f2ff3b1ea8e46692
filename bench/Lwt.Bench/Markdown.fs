module Lwt.Bench.Markdown

/// A table with aligned columns; all but the first are numbers, aligned to the right.
let table (header: string list) (rows: string list list) =
    let widths =
        List.transpose (header :: rows)
        |> List.map (fun cells -> cells |> List.map String.length |> List.max |> max 3)

    let line cells =
        let pad i (cell: string) =
            if i = 0 then
                cell.PadRight widths[i]
            else
                cell.PadLeft widths[i]

        "| " + (cells |> List.mapi pad |> String.concat " | ") + " |"

    let rule =
        widths
        |> List.mapi (fun i width ->
            if i = 0 then
                String.replicate width "-"
            else
                String.replicate (width - 1) "-" + ":")

    line header :: line rule :: (rows |> List.map line) |> String.concat "\n"
