// A second implementation of the tree and the notes: Go's own, golang.org/x/mod/sumdb, as Debian packages it.
//
// Reads {"leaves": [base64], "vkey", "note"}; says for every size the root, each leaf's proof and each pair's proof, and whether the note opens.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type asked struct {
	Leaves [][]byte `json:"leaves"`
	Vkey   string   `json:"vkey"`
	Note   string   `json:"note"`
}

type told struct {
	Roots       []tlog.Hash     `json:"roots"`
	Records     [][][]tlog.Hash `json:"records"`     // by size - 1, leaf
	Consistency [][][]tlog.Hash `json:"consistency"` // by size - 1, older size - 1
	Text        string          `json:"text"`
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	var in asked
	must(json.NewDecoder(os.Stdin).Decode(&in))
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			out[i] = stored[at]
		}
		return out, nil
	})
	var out told
	for n, leaf := range in.Leaves {
		hashes, err := tlog.StoredHashes(int64(n), leaf, reader)
		must(err)
		stored = append(stored, hashes...)
		size := int64(n + 1)
		root, err := tlog.TreeHash(size, reader)
		must(err)
		out.Roots = append(out.Roots, root)
		var records, consistency [][]tlog.Hash
		for at := int64(0); at < size; at++ {
			proof, err := tlog.ProveRecord(size, at, reader)
			must(err)
			records = append(records, proof)
			grown, err := tlog.ProveTree(size, at+1, reader)
			must(err)
			consistency = append(consistency, grown)
		}
		out.Records = append(out.Records, records)
		out.Consistency = append(out.Consistency, consistency)
	}
	verifier, err := note.NewVerifier(in.Vkey)
	must(err)
	opened, err := note.Open([]byte(in.Note), note.VerifierList(verifier))
	must(err)
	out.Text = opened.Text
	must(json.NewEncoder(os.Stdout).Encode(out))
}
