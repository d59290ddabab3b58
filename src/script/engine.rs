//! The one place where a scripting engine is made: bare, with every limit set.

use std::sync::LazyLock;

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicIteratorPackage, BasicMapPackage, BasicStringPackage,
    LogicPackage, MoreStringPackage, Package,
};
use rhai::{Dynamic, Engine, EvalAltResult, EvalContext, OptimizationLevel, Position};

use super::{limits, lists, meter, natives};

/// Words of rhai that a script may not use: they reach outside, or build values whose size and depth rhai does not
/// count (pointers to functions), or change a variable behind the meter's back (`this`), or round as the machine does (`**`).
const DISABLED: [&str; 14] = [
    "eval",
    "import",
    "export",
    "print",
    "debug",
    "Fn",
    "call",
    "curry",
    "is_def_fn",
    "is_def_var",
    "is_shared",
    "this",
    "**",
    "**=",
];

/// The engine that all scripts share: made when the first one is compiled, and never changed.
pub(super) fn shared() -> &'static Engine {
    static ENGINE: LazyLock<Engine> = LazyLock::new(build);
    &ENGINE
}

fn build() -> Engine {
    let mut engine = Engine::new_raw();
    // No package of the language's core: it is `sleep`, `exit`, tags, reflection and a JSON reader without bounds.
    ArithmeticPackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicStringPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    natives::register(&mut engine);
    lists::register(&mut engine);
    for word in DISABLED {
        engine.disable_symbol(word);
    }
    bound(&mut engine);
    engine
}

/// Sets every limit: some defaults of rhai differ between debug and release builds.
fn bound(engine: &mut Engine) {
    engine
        // One more than ours, which counts all that rhai counts: so it is ours that ends a script.
        .set_max_operations(limits::STEPS + 1)
        .set_max_call_levels(limits::CALL_LEVELS)
        .set_max_expr_depths(limits::EXPR_DEPTH, limits::FN_EXPR_DEPTH)
        .set_max_string_size(limits::STRING_BYTES)
        .set_max_array_size(limits::LIST_ITEMS)
        .set_max_map_size(limits::MAP_ENTRIES)
        .set_max_variables(limits::VARIABLES)
        .set_max_functions(limits::FUNCTIONS)
        .set_strict_variables(true)
        // An optimiser would fold a long list into a constant, and copying that would count as one operation.
        .set_optimization_level(OptimizationLevel::None)
        .on_progress(|_| meter::spend(1).err().map(|_| Dynamic::UNIT));
    #[expect(
        deprecated,
        reason = "the hook is no older than the rest, but marked as one that may still change"
    )]
    engine.on_var(touch);
}

/// Charges for a variable that is about to be read or changed.
fn touch(
    name: &str,
    _: usize,
    context: EvalContext<'_, '_, '_, '_, '_, '_>,
) -> Result<Option<Dynamic>, Box<EvalAltResult>> {
    let Some(value) = context.scope().get(name) else { return Ok(None) };
    let Some(steps) = meter::price(value) else {
        return Err(EvalAltResult::ErrorDataTooLarge("Depth of data".into(), Position::NONE).into());
    };
    // A free touch must not read the meter: the operation that comes with it already does.
    if steps > 0 {
        meter::spend(steps).map_err(|_| EvalAltResult::ErrorTooManyOperations(Position::NONE))?;
    }
    Ok(None)
}
