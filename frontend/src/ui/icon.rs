//! Icons as inline SVG: no font, no request, and they take the colour of the text.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A cross, to close.
    Close,
    /// A tick.
    Check,
    /// A tick in a disc: done, healthy.
    Good,
    /// A triangle: doubtful.
    Warning,
    /// An exclamation mark in a disc: wrong.
    Danger,
    /// An `i` in a disc.
    Info,
    /// An arrow going round: under way.
    Progress,
    /// Two sheets: copy.
    Copy,
    /// An arrow out of a box: opens elsewhere.
    External,
    /// An arrow head down.
    Down,
    /// An arrow head to the right.
    Right,
    /// An arrow head to the left.
    Left,
    /// Arrow heads up and down: can be sorted.
    Sortable,
    /// An arrow up: sorted.
    Up,
    /// Three bars: the navigation.
    Menu,
    /// A plus sign.
    Plus,
    /// A minus sign.
    Minus,
    /// A magnifying glass.
    Search,
    /// A bin.
    Delete,
    /// Boxes: nothing here yet.
    Boxes,
    /// A plug that came out: no answer.
    Unplugged,
    /// A lock: not allowed.
    Lock,
    /// A square: stopped.
    Stopped,
    /// A pencil.
    Edit,
    /// A circle: not begun.
    Pending,
    /// A person.
    Person,
}

impl Shape {
    /// The path in a box of 24 × 24, drawn with strokes.
    fn path(self) -> &'static str {
        match self {
            Self::Close => "M5 5l14 14M19 5L5 19",
            Self::Check => "M4 13l5 5L20 6",
            Self::Good => "M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20M7 12.5l3.5 3.5L17 9",
            Self::Warning => "M12 3L1.8 20.5h20.4zM12 10v5M12 18v.1",
            Self::Danger => "M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20M12 7v6M12 16.8v.1",
            Self::Info => "M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20M12 11v6M12 7.2v.1",
            Self::Progress => {
                "M20 11a8 8 0 0 0-14.5-3.5L3 10M3 4v6h6M4 13a8 8 0 0 0 14.5 3.5L21 14M21 20v-6h-6"
            }
            Self::Copy => "M9 9h12v12H9zM15 9V3H3v12h6",
            Self::External => "M14 3h7v7M21 3l-9 9M18 14v6H4V6h6",
            Self::Down => "M5 9l7 7 7-7",
            Self::Right => "M9 5l7 7-7 7",
            Self::Left => "M15 5l-7 7 7 7",
            Self::Sortable => "M7 10l5-5 5 5M7 14l5 5 5-5",
            Self::Up => "M12 20V5M5 12l7-7 7 7",
            Self::Menu => "M3 6h18M3 12h18M3 18h18",
            Self::Plus => "M12 4v16M4 12h16",
            Self::Minus => "M4 12h16",
            Self::Search => "M10.5 3a7.5 7.5 0 1 0 0 15a7.5 7.5 0 0 0 0-15M16 16l5 5",
            Self::Delete => "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6",
            Self::Boxes => "M3 13h8v8H3zM13 13h8v8h-8zM8 3h8v8H8z",
            Self::Unplugged => {
                "M3 21l4-4M6 12l6 6 2-2-6-6zM12 6l6 6 2-2a4.2 4.2 0 0 0-6-6zM18 6l3-3M10 12l2-2M13 15l2-2"
            }
            Self::Lock => "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4",
            Self::Stopped => "M6 6h12v12H6z",
            Self::Edit => "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
            Self::Person => "M12 12a4.5 4.5 0 1 0 0-9a4.5 4.5 0 0 0 0 9M3.5 21a8.5 6.5 0 0 1 17 0",
            Self::Pending => "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18",
        }
    }
}

/// An icon. It is decoration: what it means must also be said in words.
#[component]
pub fn Icon(
    /// What it shows.
    #[prop(into)]
    shape: Signal<Shape>,
) -> impl IntoView {
    view! {
        <svg class="pf-v6-svg app-icon" viewBox="0 0 24 24" width="1em" height="1em" aria-hidden="true">
            <path d=move || shape.get().path() />
        </svg>
    }
}
