//! Reading back: objects of a cluster or a manifest → the draft that describes them.
//!
//! Each part of an object has one reader here, named like the file that plans it. A reader takes what the form knows
//! out of a copy; what is left at the end is [`Kept`]. So nothing can be lost unseen: it is in the draft, or it is what
//! a server fills in by itself, or it is listed. What the rules would refuse, although the cluster has it, is kept too.

mod asked;
mod autoscaler;
mod canary;
mod choice;
mod container;
mod cron_job;
mod deployment;
mod environment;
mod file;
mod http_route;
mod ids;
mod ingress;
mod job;
mod kept;
mod left_out;
mod logs;
mod opened;
mod owner;
mod part;
mod pod;
mod probe;
mod refused;
mod related;
mod restoring;
mod scheduling;
mod service;
mod source;
mod stateful_set;
mod storage;
mod timed_scaler;
mod types;
mod volume;
mod workload;

use std::collections::{BTreeSet, HashMap, VecDeque};

use serde_json::Value;
use slipway_model::Draft;
use slipway_model::draft::{Ingress, Volume};

use crate::ObjectKey;
use ingress::Known;
use owner::Owner;
use part::{Part, Place, Rows};
use related::Related;
use source::Source;

pub use choice::ReadError;
pub use file::yaml;
pub use kept::Kept;
pub use left_out::{is_selector, left_out, lost};
pub use opened::{Live, Opened};
pub(crate) use part::escaped;
pub(crate) use related::{AUTOSCALER, TIMED_SCALER};
pub use restoring::{Restoring, restored, restoring};
pub(crate) use source::{without_server, written_by_others};
pub use types::{Mistyped, mistyped};

/// The workloads among some objects that can be opened.
pub fn apps(objects: &[Value]) -> Vec<ObjectKey> {
    let sources = source::sources(objects.to_vec());
    let found = choice::workloads(&sources).into_iter();
    found.map(|(number, _)| sources[number].key.clone()).collect()
}

/// Opens the one workload among some objects, with what belongs to it.
pub fn read(objects: Vec<Value>) -> Result<Opened, ReadError> {
    read_app(objects, None)
}

/// Opens one of the workloads among some objects: by its name, `type/name` or `namespace/type/name`. Without a name there
/// must be but one.
pub fn read_app(objects: Vec<Value>, name: Option<&str>) -> Result<Opened, ReadError> {
    let unnamed = source::unnamed(&objects);
    let sources = source::sources(objects);
    let (number, kind) = match choice::workload(&sources, name) {
        Err(ReadError::NoWorkload) => return Err(unnamed.unwrap_or(ReadError::NoWorkload)),
        found => found?,
    };
    let source = &sources[number];
    let owner = Owner::of(kind, source.namespace(), &source.body);
    let related = Related::to(number, kind, &sources, &owner);
    let runs = source.is_served();
    let mut refused = BTreeSet::new();
    loop {
        let reading = Reading::of(&sources, &related, &owner, &refused);
        let further = refused::places(&reading.draft, runs, &reading.rows, related.autoscaler);
        if further.is_subset(&refused) {
            return Ok(opened::opened(
                reading.draft,
                (&reading.left, &reading.rows),
                sources,
                &related,
                &owner,
            ));
        }
        refused.extend(further);
    }
}

/// One pass over all objects.
struct Reading {
    draft: Draft,
    /// What is left of each object.
    left: Vec<Value>,
    rows: Rows,
}

impl Reading {
    fn of(sources: &[Source], related: &Related, owner: &Owner, refused: &BTreeSet<Place>) -> Self {
        let rows = Rows::without(refused);
        let mut left: Vec<Value> = sources.iter().map(|source| source.plain.clone()).collect();
        let mut draft = Draft::default();
        draft.basics.namespace = sources[related.workload].namespace().into();
        let mut objects = Objects {
            sources,
            left: &mut left,
            rows: &rows,
        };
        workload::read(
            &mut objects.part(related.workload),
            related.kind,
            owner,
            &mut draft,
        );
        objects.storage(related, owner, &mut draft);
        for number in &related.services {
            draft
                .services
                .extend(service::read(&mut objects.part(*number), owner));
        }
        objects.access(related, owner, &mut draft);
        if let Some(number) = related.autoscaler {
            draft.scaling.metric = autoscaler::read(&mut objects.part(number), owner).unwrap_or_default();
        }
        if let Some(number) = related.timed {
            draft.scaling.timed = timed_scaler::read(&mut objects.part(number), owner).unwrap_or_default();
        }
        Self { draft, left, rows }
    }
}

/// The objects while they are read.
struct Objects<'o> {
    sources: &'o [Source],
    left: &'o mut [Value],
    rows: &'o Rows,
}

impl Objects<'_> {
    fn part(&mut self, number: usize) -> Part<'_> {
        let claims = &self.sources[number].claims;
        Part::of(
            number,
            &mut self.left[number],
            (claims.applied(), claims.anyone()),
            self.rows,
        )
    }

    /// Claims that come with the app, in the place of rows that only name them.
    fn storage(&mut self, related: &Related, owner: &Owner, draft: &mut Draft) {
        let sources = self.sources;
        // Of several of one name the first counts.
        let volumes = related.volumes.iter().rev();
        let volumes = volumes.map(|number| (sources[*number].key.name.as_str(), *number));
        let volumes: HashMap<&str, usize> = volumes.collect();
        let mut named = Named::of(&draft.volumes);
        for number in &related.claims {
            let name = &sources[*number].key.name;
            let Some(row) = named.row(name, &mut draft.volumes) else {
                continue;
            };
            let served = sources[*number].is_served();
            match volumes.get(storage::volume_name(owner, row).as_str()) {
                Some(volume) if *name == format!("{}-{}", owner.name, row.name.text()) => {
                    if let Some(size) = storage::fixed(&mut self.part(*volume), owner, served, row) {
                        let volume = storage::volume_name(owner, row);
                        storage::claim_on(&mut self.part(*number), owner, served, (&volume, &size));
                    }
                }
                _ => {
                    storage::claim(&mut self.part(*number), owner, served, row);
                }
            }
        }
    }

    /// Ingresses, those beside them, and routes, in the order of the objects, whatever carries them out.
    fn access(&mut self, related: &Related, owner: &Owner, draft: &mut Draft) {
        let mut rows = self.ingresses(related, owner, &Known::of(&draft.services));
        let mut parts = self.parts(&related.routes);
        rows.extend(http_route::read(&mut parts, owner));
        rows.sort_by_key(|(number, _)| *number);
        draft.ingresses = rows.into_iter().map(|(_, row)| row).collect();
    }

    /// Ingresses, each with the number of its object.
    fn ingresses(&mut self, related: &Related, owner: &Owner, known: &Known) -> Vec<(usize, Ingress)> {
        let mut rows: Vec<(usize, Ingress)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for number in &related.ingresses {
            let mut part = self.part(*number);
            let name = part
                .peek("metadata")
                .and_then(|metadata| metadata["name"].as_str());
            let mains = name.into_iter().flat_map(canary::mains_of);
            let beside = mains.filter_map(|main| places.get(main)).min().copied();
            if let Some(place) = beside
                && canary::beside(&mut part, owner, &mut rows[place].1, known).is_some()
            {
                continue;
            }
            let row = part.attempt(|part| ingress::read(part, owner, known).filter(|row| known.has(row)));
            if let Some(row) = row {
                places.entry(row.name.text().to_owned()).or_insert(rows.len());
                rows.push((*number, row));
            }
        }
        rows
    }

    /// Several objects at once.
    fn parts(&mut self, numbers: &BTreeSet<usize>) -> Vec<Part<'_>> {
        let (sources, rows) = (self.sources, self.rows);
        let left = self.left.iter_mut().enumerate();
        left.filter(|(number, _)| numbers.contains(number))
            .map(|(number, left)| {
                let claims = &sources[number].claims;
                Part::of(number, left, (claims.applied(), claims.anyone()), rows)
            })
            .collect()
    }
}

/// The rows of volumes that only name a claim, by its name.
struct Named(HashMap<String, VecDeque<usize>>);

impl Named {
    fn of(volumes: &[Volume]) -> Self {
        let mut named: HashMap<_, VecDeque<usize>> = HashMap::new();
        for (number, row) in volumes.iter().enumerate() {
            named
                .entry(row.object.text().to_owned())
                .or_default()
                .push_back(number);
        }
        Self(named)
    }

    /// The first row that still only names this claim, to write into it.
    fn row<'v>(&mut self, name: &str, volumes: &'v mut [Volume]) -> Option<&'v mut Volume> {
        let numbers = self.0.get_mut(name)?;
        let names = |row: &Volume| row.kind.text() == "claim" && !row.read_only.is_on();
        while !names(&volumes[*numbers.front()?]) {
            numbers.pop_front();
        }
        volumes.get_mut(*numbers.front()?)
    }
}
