//! The pages as they are served. `static-site/*.html` hold what is a page's own, `static-site/frame/` what they share.

mod modules;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};

/// Why a page or the site cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A page, or what it takes from the frame, is written wrongly.
    #[error("{page}: {source:#}")]
    Template {
        /// The page.
        page: String,
        /// What is wrong, with file and line.
        source: Error,
    },
}

impl SiteError {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), source }
    }
}

/// The folder of the pages. Files are read when a page is asked for, so that a change shows at the next load.
#[derive(Debug, Clone)]
pub struct Site {
    folder: Arc<Path>,
}

/// The page for whatever is not there. Every site has it.
pub const NOT_FOUND: &str = "404.html";

/// The room of what pages share; nobody is served it as it lies.
const FRAME: &str = "frame";

impl Site {
    /// The site of a folder, `static-site`.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.into() }
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The names of the pages, `planning.html`, in their order.
    pub fn pages(&self) -> Result<Vec<String>, SiteError> {
        let mut names = Vec::new();
        for entry in self.folder.read_dir().map_err(SiteError::at(&self.folder))? {
            let name = entry.map_err(SiteError::at(&self.folder))?.file_name();
            names.extend(name.to_str().filter(|name| name.ends_with(".html")).map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    /// One page, whole. `Ok(None)` for what is no page.
    pub fn page(&self, name: &str) -> Result<Option<String>, SiteError> {
        if name.contains('/') || !name.ends_with(".html") || !self.folder.join(name).is_file() {
            return Ok(None);
        }
        let environment = self.environment();
        let page = environment.get_template(name).and_then(|page| page.render(()));
        page.map(Some).map_err(|source| SiteError::Template { page: name.to_owned(), source })
    }

    /// Writes the site to a folder: its pages whole, all else as it lies. An older site that lies there goes; a
    /// folder of anything else is refused.
    pub fn write(&self, target: &Path) -> Result<(), SiteError> {
        let pages: Vec<(String, Option<String>)> = self
            .pages()?
            .into_iter()
            .map(|name| self.page(&name).map(|page| (name, page)))
            .collect::<Result<_, _>>()?;
        if target.exists() {
            let site = target.join(NOT_FOUND);
            std::fs::metadata(&site).map_err(SiteError::at(&site))?;
            std::fs::remove_dir_all(target).map_err(SiteError::at(target))?;
        }
        copy(&self.folder, target)?;
        for (name, page) in pages {
            let path = target.join(name);
            std::fs::write(&path, page.unwrap_or_default()).map_err(SiteError::at(&path))?;
        }
        let frame = target.join(FRAME);
        std::fs::remove_dir_all(&frame).map_err(SiteError::at(&frame))
    }

    fn environment(&self) -> Environment<'static> {
        let mut environment = Environment::new();
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_keep_trailing_newline(true);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // Only our own texts come in here, and they are HTML.
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        let folder = self.folder.clone();
        environment.set_loader(move |name| match std::fs::read_to_string(folder.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::new(ErrorKind::InvalidOperation, format!("{name}: {error}"))),
        });
        let folder = self.folder.clone();
        environment.add_function("imports", move |module: &str| {
            modules::imports(&folder, module)
                .map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
        });
        environment
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), SiteError> {
    std::fs::create_dir_all(to).map_err(SiteError::at(to))?;
    for entry in from.read_dir().map_err(SiteError::at(from))? {
        let (from, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).map_err(SiteError::at(from))?;
        if from.is_dir() {
            copy(&from, &to)?;
        } else {
            std::fs::copy(&from, &to).map_err(SiteError::at(&from))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> tempfile::TempDir {
        let folder = tempfile::TempDir::new().unwrap();
        for (name, text) in [
            ("frame/page.html", "<title>{% block title %}{% endblock %}</title>{{ imports(module)|join(' ') }}\n"),
            (
                "a.html",
                "{% extends 'frame/page.html' %}{% set module = '/js/a.js' %}{% block title %}A&nbsp;{% endblock %}",
            ),
            ("torn.html", "{% extends 'frame/nothing.html' %}"),
            ("404.html", "perdu"),
            ("js/a.js", "import { b } from './b/b.js';\n"),
            ("js/b/b.js", "import { c } from '../c.js';\nimport { a } from '../a.js';\n"),
            ("js/c.js", "export const c = 1;\n"),
        ] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn a_page_has_its_frame_and_every_module_it_needs() {
        let folder = site();
        let page = Site::new(folder.path()).page("a.html").unwrap().unwrap();
        assert_eq!(page, "<title>A&nbsp;</title>/js/b/b.js /js/c.js\n");
    }

    #[test]
    fn what_is_no_page_is_told_from_a_page_that_is_written_wrongly() {
        let folder = site();
        let site = Site::new(folder.path());
        for name in ["frame/page.html", "../a.html", "js/a.js", "none.html"] {
            assert_eq!(site.page(name).unwrap(), None, "{name}");
        }
        let fault = site.page("torn.html").unwrap_err().to_string();
        assert!(fault.contains("frame/nothing.html"), "{fault}");
    }

    #[test]
    fn the_written_site_holds_whole_pages_and_no_frame() {
        let folder = site();
        std::fs::remove_file(folder.path().join("torn.html")).unwrap();
        let target = tempfile::TempDir::new().unwrap();
        let target = target.path().join("site");
        for _ in 0..2 {
            Site::new(folder.path()).write(&target).unwrap();
        }
        assert!(std::fs::read_to_string(target.join("a.html")).unwrap().starts_with("<title>A"));
        assert!(target.join("js/b/b.js").is_file());
        assert!(!target.join("frame").exists());
        std::fs::remove_file(target.join("404.html")).unwrap();
        assert!(Site::new(folder.path()).write(&target).is_err(), "a folder of something else");
        assert!(target.join("a.html").is_file());
    }
}
