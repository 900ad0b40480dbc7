// node compile.mjs PYODIDE FROM TO WHEEL…: copies wheels from one folder to another, with bytecode of Pyodide's own Python
// beside each module. Without it the browser would compile IPython and podlab at each visit, which takes longer than to run them.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [pyodide, from, to, ...wheels] = process.argv.slice(2)
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`))
const python = await loadPyodide({ indexURL: `${pyodide}/` })
python.runPython(`
import importlib.util, marshal, zipfile

def compiled(source, target):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
            if info.filename.endswith(".py"):
                folder, _, name = info.filename.rpartition("/")
                try:
                    code = compile(content, info.filename, "exec", dont_inherit=True)
                except SyntaxError:  # a template, or a test of what cannot be compiled
                    continue
                # Flags 1: bytecode that is believed without a look at the source, whose time the unpacking changes.
                head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + importlib.util.source_hash(content)
                path = f"{folder}/__pycache__/{name[:-3]}.cpython-314.pyc".lstrip("/")
                new.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), head + marshal.dumps(code), zipfile.ZIP_DEFLATED)
`)
const compiled = python.globals.get('compiled')
for (const wheel of wheels) {
  python.FS.writeFile('/from.whl', new Uint8Array(readFileSync(`${from}/${wheel}`)))
  compiled('/from.whl', '/to.whl')
  writeFileSync(`${to}/${wheel}`, python.FS.readFile('/to.whl'))
}
