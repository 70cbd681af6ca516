//! What rows of a draft refer to by name, found once for the whole draft, so that judging it takes time in proportion to
//! its size.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{first_of_each, set_of};
use super::containers::name_of;
use crate::value::PortNumber;
use crate::{Draft, draft};

/// A draft with its containers, volumes, ports and Services by name. Of equal names the first row counts.
pub(super) struct Known<'d> {
    draft: &'d Draft,
    containers: BTreeMap<&'d str, &'d draft::Container>,
    volumes: BTreeSet<&'d str>,
    mounted: BTreeSet<&'d str>,
    port_names: BTreeSet<&'d str>,
    port_numbers: BTreeSet<&'d str>,
    services: Vec<Behind<'d>>,
    by_name: BTreeMap<&'d str, usize>,
}

/// A Service that an Ingress may lead to, with the ports that can be read.
pub(super) struct Behind<'d> {
    pub(super) service: &'d draft::Service,
    pub(super) first_port: Option<PortNumber>,
    pub(super) ports: BTreeSet<PortNumber>,
    port_names: BTreeMap<&'d str, usize>,
}

impl<'d> Known<'d> {
    /// Looks through a draft.
    pub(super) fn of(draft: &'d Draft) -> Self {
        let ports = || draft.containers.iter().flat_map(|container| &container.ports);
        let mounts = draft.containers.iter().flat_map(|container| &container.mounts);
        let named = draft.containers.iter().map(|row| (name_of(draft, row), row));
        let services: Vec<Behind> = draft.services.iter().map(Behind::of).collect();
        let places = services
            .iter()
            .enumerate()
            .map(|(at, row)| (row.service.name.text(), at));
        Self {
            draft,
            containers: first_of_each(named),
            volumes: set_of(draft.volumes.iter().map(|row| row.name.text())),
            mounted: set_of(mounts.map(|row| row.volume.text())),
            port_names: set_of(ports().map(|row| row.name.text())),
            port_numbers: set_of(ports().map(|row| row.number.text())),
            by_name: first_of_each(places),
            services,
        }
    }

    /// The draft itself.
    pub(super) fn draft(&self) -> &'d Draft {
        self.draft
    }

    /// The container that will have this name.
    pub(super) fn container(&self, name: &str) -> Option<&'d draft::Container> {
        self.containers.get(name).copied()
    }

    /// Whether there is a volume of this name.
    pub(super) fn has_volume(&self, name: &str) -> bool {
        self.volumes.contains(name)
    }

    /// Whether any container mounts a volume.
    pub(super) fn is_mounted(&self, volume: &str) -> bool {
        self.mounted.contains(volume)
    }

    /// Whether any container has a port of this name.
    pub(super) fn has_port_name(&self, name: &str) -> bool {
        self.port_names.contains(name)
    }

    /// Whether any container lists this port.
    pub(super) fn has_port_number(&self, number: &str) -> bool {
        self.port_numbers.contains(number)
    }

    /// The Service of this name.
    pub(super) fn service(&self, name: &str) -> Option<&Behind<'d>> {
        self.by_name.get(name).and_then(|at| self.services.get(*at))
    }

    /// The first Service of the form.
    pub(super) fn first_service(&self) -> Option<&Behind<'d>> {
        self.services.first()
    }
}

impl<'d> Behind<'d> {
    /// The number of its port of a name.
    pub(super) fn port_named(&self, name: &str) -> Option<PortNumber> {
        let port = self.service.ports.get(*self.port_names.get(name)?)?;
        PortNumber::parse(port.port.text()).ok()
    }

    fn of(service: &'d draft::Service) -> Self {
        let read = || {
            let ports = service.ports.iter();
            ports.filter_map(|port| PortNumber::parse(port.port.text()).ok())
        };
        Self {
            service,
            first_port: read().next(),
            ports: set_of(read()),
            port_names: first_of_each(
                service
                    .ports
                    .iter()
                    .enumerate()
                    .map(|(at, port)| (port.name.text(), at)),
            ),
        }
    }
}
